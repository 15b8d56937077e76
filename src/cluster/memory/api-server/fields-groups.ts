/**
 * PURE. The fields of the other groups that are served, in the notation of fields.ts. Printed by
 * test/cluster/go/kubernetes/fields from k8s.io/api 0.34: not written by hand.
 */
export const groupFields = `
MatchCondition name:string expression:string
MutatingWebhook name:string clientConfig:WebhookClientConfig rules:[RuleWithOperations] failurePolicy:*string matchPolicy:*string
 namespaceSelector:*LabelSelector objectSelector:*LabelSelector sideEffects:!*string timeoutSeconds:*int32
 admissionReviewVersions:![string] reinvocationPolicy:*string matchConditions:[MatchCondition]
MutatingWebhookConfiguration kind:string? apiVersion:string? metadata:ObjectMeta webhooks:[MutatingWebhook]
RuleWithOperations operations:[string] apiGroups:[string] apiVersions:[string] resources:[string] scope:*string
ServiceReference namespace:string name:string path:*string port:*int32
ValidatingWebhook name:string clientConfig:WebhookClientConfig rules:[RuleWithOperations] failurePolicy:*string matchPolicy:*string
 namespaceSelector:*LabelSelector objectSelector:*LabelSelector sideEffects:!*string timeoutSeconds:*int32
 admissionReviewVersions:![string] matchConditions:[MatchCondition]
ValidatingWebhookConfiguration kind:string? apiVersion:string? metadata:ObjectMeta webhooks:[ValidatingWebhook]
WebhookClientConfig url:*string service:*ServiceReference caBundle:bytes?
ControllerRevision kind:string? apiVersion:string? metadata:ObjectMeta data:raw revision:int64
DaemonSet kind:string? apiVersion:string? metadata:ObjectMeta spec:DaemonSetSpec status:DaemonSetStatus
DaemonSetCondition type:string status:string lastTransitionTime:time reason:string? message:string?
DaemonSetSpec selector:!*LabelSelector template:PodTemplateSpec updateStrategy:DaemonSetUpdateStrategy minReadySeconds:int32?
 revisionHistoryLimit:*int32
DaemonSetStatus currentNumberScheduled:int32 numberMisscheduled:int32 desiredNumberScheduled:int32 numberReady:int32
 observedGeneration:int64? updatedNumberScheduled:int32? numberAvailable:int32? numberUnavailable:int32? collisionCount:*int32
 conditions:[DaemonSetCondition]
DaemonSetUpdateStrategy type:string? rollingUpdate:*RollingUpdateDaemonSet
Deployment kind:string? apiVersion:string? metadata:ObjectMeta spec:DeploymentSpec status:DeploymentStatus
DeploymentCondition type:string status:string lastUpdateTime:time lastTransitionTime:time reason:string? message:string?
DeploymentSpec replicas:*int32 selector:!*LabelSelector template:PodTemplateSpec strategy:DeploymentStrategy minReadySeconds:int32?
 revisionHistoryLimit:*int32 paused:bool? progressDeadlineSeconds:*int32
DeploymentStatus observedGeneration:int64? replicas:int32? updatedReplicas:int32? readyReplicas:int32? availableReplicas:int32?
 unavailableReplicas:int32? terminatingReplicas:*int32 conditions:[DeploymentCondition] collisionCount:*int32
DeploymentStrategy type:string? rollingUpdate:*RollingUpdateDeployment
ReplicaSet kind:string? apiVersion:string? metadata:ObjectMeta spec:ReplicaSetSpec status:ReplicaSetStatus
ReplicaSetCondition type:string status:string lastTransitionTime:time reason:string? message:string?
ReplicaSetSpec replicas:*int32 minReadySeconds:int32? selector:!*LabelSelector template:PodTemplateSpec
ReplicaSetStatus replicas:int32 fullyLabeledReplicas:int32? readyReplicas:int32? availableReplicas:int32? terminatingReplicas:*int32
 observedGeneration:int64? conditions:[ReplicaSetCondition]
RollingUpdateDaemonSet maxUnavailable:*intOrString maxSurge:*intOrString
RollingUpdateDeployment maxUnavailable:*intOrString maxSurge:*intOrString
RollingUpdateStatefulSetStrategy partition:*int32 maxUnavailable:*intOrString
StatefulSet kind:string? apiVersion:string? metadata:ObjectMeta spec:StatefulSetSpec status:StatefulSetStatus
StatefulSetCondition type:string status:string lastTransitionTime:time reason:string? message:string?
StatefulSetOrdinals start:int32
StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted:string? whenScaled:string?
StatefulSetSpec replicas:*int32 selector:!*LabelSelector template:PodTemplateSpec volumeClaimTemplates:[PersistentVolumeClaim]
 serviceName:string podManagementPolicy:string? updateStrategy:StatefulSetUpdateStrategy revisionHistoryLimit:*int32 minReadySeconds:int32?
 persistentVolumeClaimRetentionPolicy:*StatefulSetPersistentVolumeClaimRetentionPolicy ordinals:*StatefulSetOrdinals
StatefulSetStatus observedGeneration:int64? replicas:int32 readyReplicas:int32? currentReplicas:int32? updatedReplicas:int32?
 currentRevision:string? updateRevision:string? collisionCount:*int32 conditions:[StatefulSetCondition] availableReplicas:int32
StatefulSetUpdateStrategy type:string? rollingUpdate:*RollingUpdateStatefulSetStrategy
ContainerResourceMetricSource name:string target:MetricTarget container:string
ContainerResourceMetricStatus name:string current:MetricValueStatus container:string
CrossVersionObjectReference kind:string name:string apiVersion:string?
ExternalMetricSource metric:MetricIdentifier target:MetricTarget
ExternalMetricStatus metric:MetricIdentifier current:MetricValueStatus
HPAScalingPolicy type:string value:int32 periodSeconds:int32
HPAScalingRules stabilizationWindowSeconds:*int32 selectPolicy:*string policies:[HPAScalingPolicy] tolerance:*quantity
HorizontalPodAutoscaler kind:string? apiVersion:string? metadata:ObjectMeta spec:HorizontalPodAutoscalerSpec
 status:HorizontalPodAutoscalerStatus
HorizontalPodAutoscalerBehavior scaleUp:*HPAScalingRules scaleDown:*HPAScalingRules
HorizontalPodAutoscalerCondition type:string status:string lastTransitionTime:time reason:string? message:string?
HorizontalPodAutoscalerSpec scaleTargetRef:CrossVersionObjectReference minReplicas:*int32 maxReplicas:int32 metrics:[MetricSpec]
 behavior:*HorizontalPodAutoscalerBehavior
HorizontalPodAutoscalerStatus observedGeneration:*int64 lastScaleTime:*time currentReplicas:int32? desiredReplicas:int32
 currentMetrics:![MetricStatus] conditions:[HorizontalPodAutoscalerCondition]
MetricIdentifier name:string selector:*LabelSelector
MetricSpec type:string object:*ObjectMetricSource pods:*PodsMetricSource resource:*ResourceMetricSource
 containerResource:*ContainerResourceMetricSource external:*ExternalMetricSource
MetricStatus type:string object:*ObjectMetricStatus pods:*PodsMetricStatus resource:*ResourceMetricStatus
 containerResource:*ContainerResourceMetricStatus external:*ExternalMetricStatus
MetricTarget type:string value:*quantity averageValue:*quantity averageUtilization:*int32
MetricValueStatus value:*quantity averageValue:*quantity averageUtilization:*int32
ObjectMetricSource describedObject:CrossVersionObjectReference target:MetricTarget metric:MetricIdentifier
ObjectMetricStatus metric:MetricIdentifier current:MetricValueStatus describedObject:CrossVersionObjectReference
PodsMetricSource metric:MetricIdentifier target:MetricTarget
PodsMetricStatus metric:MetricIdentifier current:MetricValueStatus
ResourceMetricSource name:string target:MetricTarget
ResourceMetricStatus name:string current:MetricValueStatus
CronJob kind:string? apiVersion:string? metadata:ObjectMeta spec:CronJobSpec status:CronJobStatus
CronJobSpec schedule:string timeZone:*string startingDeadlineSeconds:*int64 concurrencyPolicy:string? suspend:*bool
 jobTemplate:JobTemplateSpec successfulJobsHistoryLimit:*int32 failedJobsHistoryLimit:*int32
CronJobStatus active:[ObjectReference] lastScheduleTime:*time lastSuccessfulTime:*time
JobSpec parallelism:*int32 completions:*int32 activeDeadlineSeconds:*int64 podFailurePolicy:*PodFailurePolicy successPolicy:*SuccessPolicy
 backoffLimit:*int32 backoffLimitPerIndex:*int32 maxFailedIndexes:*int32 selector:*LabelSelector manualSelector:*bool
 template:PodTemplateSpec ttlSecondsAfterFinished:*int32 completionMode:*string suspend:*bool podReplacementPolicy:*string managedBy:*string
JobTemplateSpec metadata:ObjectMeta spec:JobSpec
PodFailurePolicy rules:![PodFailurePolicyRule]
PodFailurePolicyOnExitCodesRequirement containerName:*string operator:string values:![int32]
PodFailurePolicyOnPodConditionsPattern type:string status:string
PodFailurePolicyRule action:string onExitCodes:*PodFailurePolicyOnExitCodesRequirement
 onPodConditions:[PodFailurePolicyOnPodConditionsPattern]
SuccessPolicy rules:![SuccessPolicyRule]
SuccessPolicyRule succeededIndexes:*string succeededCount:*int32
Endpoint addresses:![string] conditions:EndpointConditions hostname:*string targetRef:*ObjectReference deprecatedTopology:{string}
 nodeName:*string zone:*string hints:*EndpointHints
EndpointConditions ready:*bool serving:*bool terminating:*bool
EndpointHints forZones:[ForZone] forNodes:[ForNode]
EndpointPort name:*string protocol:*string port:*int32 appProtocol:*string
EndpointSlice kind:string? apiVersion:string? metadata:ObjectMeta addressType:string endpoints:![Endpoint] ports:![EndpointPort]
ForNode name:string
ForZone name:string
HTTPIngressPath path:string? pathType:!*string backend:IngressBackend
HTTPIngressRuleValue paths:![HTTPIngressPath]
IPBlock cidr:string except:[string]
Ingress kind:string? apiVersion:string? metadata:ObjectMeta spec:IngressSpec status:IngressStatus
IngressBackend service:*IngressServiceBackend resource:*TypedLocalObjectReference
IngressLoadBalancerIngress ip:string? hostname:string? ports:[IngressPortStatus]
IngressLoadBalancerStatus ingress:[IngressLoadBalancerIngress]
IngressPortStatus port:int32 protocol:string error:*string
IngressRule host:string? http:*HTTPIngressRuleValue
IngressServiceBackend name:string port:ServiceBackendPort
IngressSpec ingressClassName:*string defaultBackend:*IngressBackend tls:[IngressTLS] rules:[IngressRule]
IngressStatus loadBalancer:IngressLoadBalancerStatus
IngressTLS hosts:[string] secretName:string?
NetworkPolicy kind:string? apiVersion:string? metadata:ObjectMeta spec:NetworkPolicySpec
NetworkPolicyEgressRule ports:[NetworkPolicyPort] to:[NetworkPolicyPeer]
NetworkPolicyIngressRule ports:[NetworkPolicyPort] from:[NetworkPolicyPeer]
NetworkPolicyPeer podSelector:*LabelSelector namespaceSelector:*LabelSelector ipBlock:*IPBlock
NetworkPolicyPort protocol:*string port:*intOrString endPort:*int32
NetworkPolicySpec podSelector:LabelSelector ingress:[NetworkPolicyIngressRule] egress:[NetworkPolicyEgressRule] policyTypes:[string]
ServiceBackendPort name:string? number:int32?
PodDisruptionBudget kind:string? apiVersion:string? metadata:ObjectMeta spec:PodDisruptionBudgetSpec status:PodDisruptionBudgetStatus
PodDisruptionBudgetSpec minAvailable:*intOrString selector:*LabelSelector maxUnavailable:*intOrString unhealthyPodEvictionPolicy:*string
PodDisruptionBudgetStatus observedGeneration:int64? disruptedPods:{time} disruptionsAllowed:int32 currentHealthy:int32 desiredHealthy:int32
 expectedPods:int32 conditions:[Condition]
`;
