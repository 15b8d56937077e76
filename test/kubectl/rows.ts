// The lines of the differential test, but for apply. NS and NAME stand for the row's own namespace and object. Without an
// outcome, kubectl and the parsed action change two copies of the object alike.

import type { Made } from "./objects.ts";

export interface Outcome {
  /** `both`: neither changes anything. `ours`: kubectl would do it, or says that it did; or it does half of it. */
  readonly who: "both" | "ours";
  /** Ours, as it reads. */
  readonly reason: string;
}

export interface Row {
  readonly on: Made;
  readonly line: string;
  readonly outcome?: Outcome;
  /** The object is as kubectl leaves it that has applied its manifest. */
  readonly recorded?: boolean;
}

export const both = (reason: string): Outcome => ({ who: "both", reason });
export const ours = (reason: string): Outcome => ({ who: "ours", reason });
const row = (on: Made, line: string, outcome?: Outcome): Row => ({ on, line, ...(outcome === undefined ? {} : { outcome }) });

export const plainRows: readonly Row[] = [
  // how an object is named
  row("scaled", "kubectl -n NS scale deploy/NAME --replicas=3"),
  row("scaled", "kubectl -nNS scale deploy NAME --replicas 3"),
  row("scaled", "kubectl -n=NS scale deployment NAME --replicas=3"),
  row("scaled", "kubectl --namespace NS scale deployments NAME --replicas=3"),
  row("scaled", "kubectl --namespace=NS scale Deployment/NAME --replicas=3"),
  row("scaled", "kubectl scale deployment.apps/NAME --replicas=3 -n NS"),
  row("scaled", "kubectl scale deploy.apps/NAME --replicas=3 -n NS"),
  row("scaled", "kubectl scale deployments.v1.apps NAME --replicas=3 -nNS"),
  row("scaled", "kubectl scale deployment.v1.apps/NAME -n=NS --replicas=3"),
  row("scaled", "kubectl scale -n NS --replicas=3 -- deploy/NAME"),
  row("scaled", `kubectl scale -n 'NS' "--replicas=3" deploy/"NAME"`),
  row("scaled", "kubectl \\\n  scale deploy/NAME \\\n  --replicas=3 -n NS"),
  row(
    "scaled",
    "kubectl -n NS scale deployments.v1beta1.apps NAME --replicas=3",
    both("Deployment is read and written as apps/v1: leave the rest of deployments.v1beta1.apps out"),
  ),
  row(
    "scaled",
    "kubectl -n NS scale deployment.extensions/NAME --replicas=3",
    both("Deployment is read and written as apps/v1: leave the rest of deployment.extensions out"),
  ),
  row("scaled", "kubectl -n NS scale deploi/NAME --replicas=3", both("deploi is not a kind that Stratus reads or writes")),
  row("scaled", "kubectl -n NS scale deploy/NAME/x --replicas=3", both("deploy/NAME/x is not TYPE/NAME")),
  row(
    "scaled",
    "kubectl -n NS scale deploy/NAME NAME --replicas=3",
    both("the line names several objects: name one, as TYPE/NAME or TYPE NAME"),
  ),
  row("scaled", "kubectl -n NS scale deploy/NAME -n other --replicas=3", both("--namespace is given twice")),
  // scale
  row("scaled", "kubectl -n NS scale deploy/NAME --replicas=0", ours("Deployment NS/NAME has 0 replicas already")),
  row("scaled", "kubectl -n NS scale deploy/NAME --replicas=-1", both("scale needs --replicas, a whole number of at most 1000")),
  row("scaled", "kubectl -n NS scale deploy/NAME", both("scale needs --replicas, a whole number of at most 1000")),
  row("scaled", "kubectl -n NS scale deploy/NAME --replicas=two", both("scale needs --replicas, a whole number of at most 1000")),
  row("scaled", "kubectl -n NS scale deploy/nobody --replicas=3", both("the object does not exist")),
  row("scaled", "kubectl -n NS scale deploy/NAME --replicas=0x3", ours("scale needs --replicas, a whole number of at most 1000")),
  row(
    "scaled",
    "kubectl -n NS scale deploy/NAME --replicas=3 --current-replicas=0",
    ours("--current-replicas is no flag that is understood here"),
  ),
  row("statefulSet", "kubectl -n NS scale sts NAME --replicas=2"),
  row("daemonSet", "kubectl -n NS scale ds/NAME --replicas=2", both("DaemonSet NS/NAME: a DaemonSet has no replicas to set")),
  row("configMap", "kubectl -n NS scale cm/NAME --replicas=2", both("ConfigMap NS/NAME: a ConfigMap has no replicas to set")),
  // set image
  row("deployment", "kubectl -n NS set image deploy/NAME app=app:2"),
  row("deployment", "kubectl -n NS set image deployment NAME app=app:2 sidecar=sidecar:2"),
  row("deployment", "kubectl -n NS set image deploy/NAME init=init:2"),
  row("deployment", "kubectl -n NS set image deploy/NAME app=app:2 init=init:2"),
  row("deployment", "kubectl -n NS set image deploy/NAME '*=every:1'"),
  row("deployment", "kubectl -n NS set image deploy/NAME app=registry.example.com:5000/app@sha256:0123456789abcdef"),
  row("deployment", "kubectl -n NS set image deploy/NAME app=app:1", ours("Deployment NS/NAME has these images already")),
  row("deployment", "kubectl -n NS set image deploy/NAME nobody=app:2", both("Deployment NS/NAME has no container nobody")),
  row("deployment", "kubectl -n NS set image deploy/NAME app=app:2 nobody=app:2", ours("Deployment NS/NAME has no container nobody")),
  row("deployment", "kubectl -n NS set image deploy/NAME", both("set image takes CONTAINER=IMAGE")),
  row("deployment", "kubectl -n NS set image deploy/NAME app", both("the line names several objects: name one, as TYPE/NAME or TYPE NAME")),
  row("deployment", "kubectl -n NS set image deploy/NAME app=", both("images.app is not of its form")),
  row("deployment", "kubectl -n NS set image deploy/NAME '*=a' app=b", both("* names every container already")),
  row("deployment", "kubectl -n NS set image deploy/NAME app=a x", both("x stands behind what to change: name the object first")),
  row("statefulSet", "kubectl -n NS set image statefulsets NAME app=app:2"),
  row("daemonSet", "kubectl -n NS set image ds/NAME sidecar=sidecar:2"),
  row("cronJob", "kubectl -n NS set image cj/NAME app=app:2", ours("CronJob NS/NAME: a CronJob has no pod template to set")),
  row("configMap", "kubectl -n NS set image cm/NAME app=app:2", both("ConfigMap NS/NAME: a ConfigMap has no pod template to set")),
  // set env
  row("deployment", "kubectl -n NS set env deploy/NAME D=4"),
  row("deployment", "kubectl -n NS set env deploy/NAME A=2"),
  row("deployment", "kubectl -n NS set env deploy/NAME -c app A=2 D=4"),
  row("deployment", "kubectl -n NS set env deploy/NAME -c app B=plain"),
  row("deployment", "kubectl -n NS set env deploy/NAME --containers=sidecar A-"),
  row("deployment", "kubectl -n NS set env deploy/NAME A- C- E=5"),
  row("deployment", "kubectl -n NS set env deploy/NAME -c app A- B- C-"),
  row("deployment", "kubectl -n NS set env deploy/NAME -c app A="),
  row("deployment", `kubectl -n NS set env deploy/NAME 'D=it is "so" = $HOME'`),
  row("deployment", "kubectl -n NS set env deploy/NAME -e D=4 --env E=5 F=6"),
  row("deployment", "kubectl -n NS set env deploy/NAME -c init D=4"),
  row("deployment", "kubectl -n NS set env deploy/NAME -c app A=1", ours("Deployment NS/NAME has this environment already")),
  row("deployment", "kubectl -n NS set env deploy/NAME D-", ours("Deployment NS/NAME has this environment already")),
  row("deployment", "kubectl -n NS set env deploy/NAME -c nobody D=4", ours("Deployment NS/NAME has no container nobody")),
  row("deployment", "kubectl -n NS set env deploy/NAME -c 'si*' D=4", ours("si* may match several containers: name one, or say *")),
  row("deployment", "kubectl -n NS set env deploy/NAME 1D=4", both("set.1D is not of its form")),
  row("deployment", "kubectl -n NS set env deploy/NAME D=4 D-", both("D is given twice")),
  row("deployment", "kubectl -n NS set env deploy/NAME D=4 D=5", ours("D is given twice")),
  row("deployment", "kubectl -n NS set env deploy/NAME", ours("set env takes NAME=VALUE or NAME-")),
  row("deployment", "kubectl -n NS set env deploy/NAME D=4 x", both("x stands behind what to change: name the object first")),
  row("deployment", "kubectl -n NS set env deploy/NAME --list", ours("--list is no flag that is understood here")),
  row("plain", "kubectl -n NS set env deploy/NAME D=4"),
  row("plain", "kubectl -n NS set env deploy/NAME my.env-name=4"),
  row("statefulSet", "kubectl -n NS set env sts/NAME D=4"),
  // set resources
  row("deployment", "kubectl -n NS set resources deploy/NAME --limits=cpu=2,memory=512Mi"),
  row("deployment", "kubectl -n NS set resources deploy/NAME --limits=cpu=2 --requests=cpu=500m,memory=64Mi"),
  row("deployment", "kubectl -n NS set resources deploy NAME -c app --requests cpu=0.5"),
  row("deployment", "kubectl -n NS set resources deploy NAME -c=sidecar --limits=cpu=1000m"),
  row("deployment", "kubectl -n NS set resources deploy NAME --limits=cpu=0,memory=0 --requests=cpu=0,memory=0"),
  row(
    "deployment",
    "kubectl -n NS set resources deploy NAME --requests=cpu=2",
    both(
      `Deployment NS/NAME: Deployment.apps "NAME" is invalid: spec.template.spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1`,
    ),
  ),
  row(
    "deployment",
    "kubectl -n NS set resources deploy NAME -c app --limits=cpu=1",
    ours("Deployment NS/NAME has these resources already"),
  ),
  row("deployment", "kubectl -n NS set resources deploy NAME -c nobody --limits=cpu=1", both("Deployment NS/NAME has no container nobody")),
  row("deployment", "kubectl -n NS set resources deploy NAME --limits=cpu=much", both("limits.cpu is not of its form")),
  row("deployment", "kubectl -n NS set resources deploy NAME --limits=cpu", both(`"cpu" is neither KEY=VALUE nor KEY-`)),
  row(
    "deployment",
    "kubectl -n NS set resources deploy NAME",
    both("set resources needs --limits or --requests, like --limits=cpu=500m,memory=256Mi"),
  ),
  // patch --type=strategic
  row("deployment", `kubectl -n NS patch deploy/NAME -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","image":"app:2"}]}}}}'`),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","env":[{"name":"D","value":"4"}]}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","env":[{"name":"C","value":"9"},{"name":"A","value":"8"}]}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","env":[{"name":"B","value":"2","valueFrom":null}]}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","env":[{"name":"B","value":"2"}]}]}}}}'`,
    both(
      'Deployment NS/NAME: Deployment.apps "NAME" is invalid: spec.template.spec.containers[0].env[1].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
    ),
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","env":[{"name":"B","$patch":"delete"}]}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","env":[{"$patch":"replace"},{"name":"Z","value":"1"}]}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","env":null}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","args":["only"]}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","$deleteFromPrimitiveList/args":["y"]}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","ports":[{"containerPort":8080,"name":"web"}]}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","ports":[{"containerPort":53,"$patch":"delete"}]}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","volumeMounts":[{"mountPath":"/data","$patch":"delete"}]}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","resources":{"limits":{"cpu":"2"}}}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","resources":{"$patch":"replace","limits":{"cpu":"2"}}}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","readinessProbe":{"periodSeconds":9}}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","readinessProbe":null}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"sidecar","$patch":"delete"}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"name":"third","image":"third:1"}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"$patch":"replace"},{"name":"only","image":"only:1"}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"sidecar"},{"name":"app"}],"containers":[{"name":"app","image":"app:2"}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"sidecar"},{"name":"app"}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"sidecar"}],"containers":[{"name":"app","image":"app:2"}]}}}}'`,
    both("spec.template.spec.containers: the entries do not follow $setElementOrder"),
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"volumes":[{"name":"data","$retainKeys":["name","hostPath"],"hostPath":{"path":"/x"}}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"volumes":[{"name":"data","hostPath":{"path":"/x"}}]}}}}'`,
    both(
      `Deployment NS/NAME: Deployment.apps "NAME" is invalid: [spec.template.spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type, spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"]`,
    ),
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"strategy":{"type":"Recreate"}}}'`,
    both(
      "Deployment NS/NAME: Deployment.apps \"NAME\" is invalid: spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
    ),
  ),
  row("deployment", `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"strategy":{"$patch":"replace","type":"Recreate"}}}'`),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"tolerations":[{"key":"b","operator":"Exists"}]}}}}'`,
  ),
  row("deployment", `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"nodeSelector":{"disk":"ssd"}}}}}'`),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"nodeSelector":{"$patch":"delete"}}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"nodeSelector":{"$patch":"replace","disk":"ssd"}}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"imagePullSecrets":[{"name":"three"}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"hostAliases":[{"ip":"10.0.0.1","hostnames":["b"]}]}}}}'`,
  ),
  row("deployment", `kubectl -n NS patch deploy/NAME --type=strategic -p '{"metadata":{"annotations":{"note":null,"more":"x"}}}'`),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"replicas":0}}'`,
    ours("Deployment NS/NAME has 0 replicas already"),
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"replica":5}}'`,
    ours('Deployment NS/NAME:  "" is invalid: patch: Invalid value: "{…'),
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"replicas":"five"}}'`,
    both('Deployment NS/NAME:  "" is invalid: patch: Invalid value: "{\\"apiVersion\\":\\"apps/v1\\",\\"k…'),
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":null}'`,
    both(`Deployment NS/NAME: Deployment.apps "NAME" is invalid: [spec.selector: Required value, spe…`),
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"$patch":"merge"}}}'`,
    both("spec.template: $patch can be replace or delete"),
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"$patch":"replace","metadata":{"name":"NAME"}}'`,
    both("$patch of the whole object would take away what it does not name, which is never done"),
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=strategic -p '{"spec":{"template":{"spec":{"containers":[{"image":"app:2"}]}}}}'`,
    both("spec.template.spec.containers: an entry has no name to be found by"),
  ),
  row("deployment", "kubectl -n NS patch deploy/NAME -p 'spec: {replicas: 2}'", ours("the patch is no JSON")),
  row("deployment", `kubectl -n NS patch deploy/NAME -p '{"spec":{"minReadySeconds":1,"minReadySeconds":2}}'`),
  row("service", `kubectl -n NS patch svc/NAME --type=strategic -p '{"spec":{"ports":[{"port":80,"targetPort":8080}]}}'`),
  row("service", `kubectl -n NS patch svc/NAME --type=strategic -p '{"spec":{"ports":[{"name":"new","port":81}]}}'`),
  row("service", `kubectl -n NS patch svc/NAME --type=strategic -p '{"spec":{"ports":[{"port":9090,"$patch":"delete"}]}}'`),
  row("service", `kubectl -n NS patch svc/NAME --type=strategic -p '{"spec":{"selector":{"app":"web-v2","tier":null}}}'`),
  row("service", `kubectl -n NS patch svc/NAME --type=strategic -p '{"spec":{"selector":null}}'`),
  row(
    "dns",
    `kubectl -n NS patch svc/NAME --type=strategic -p '{"spec":{"ports":[{"port":53,"targetPort":5353}]}}'`,
    ours("spec.ports: several entries have port 53, and only one of them would change"),
  ),
  row(
    "dns",
    `kubectl -n NS patch svc/NAME --type=strategic -p '{"spec":{"ports":[{"port":53,"$patch":"delete"},{"name":"other","port":54}]}}'`,
  ),
  row("budget", `kubectl -n NS patch pdb/NAME --type=strategic -p '{"spec":{"selector":{"matchLabels":{"app":"x"}}}}'`),
  row("budget", `kubectl -n NS patch pdb/NAME --type=strategic -p '{"spec":{"minAvailable":null,"maxUnavailable":"50%"}}'`),
  row("networkPolicy", `kubectl -n NS patch netpol/NAME --type=strategic -p '{"spec":{"ingress":[{"ports":[{"port":81}]}]}}'`),
  row("autoscaler", `kubectl -n NS patch hpa/NAME -p '{"spec":{"maxReplicas":9}}'`),
  row("autoscaler", `kubectl -n NS patch hpa NAME -p '{"spec":{"minReplicas":3,"maxReplicas":7}}'`),
  row(
    "autoscaler",
    `kubectl -n NS patch hpa/NAME -p '{"spec":{"minReplicas":6}}'`,
    both("HorizontalPodAutoscaler NS/NAME would have a least of 6 replicas and a most of 5"),
  ),
  row("autoscaler", `kubectl -n NS patch hpa/NAME -p '{"spec":{"minReplicas":null}}'`),
  row("cronJob", `kubectl -n NS patch cronjob NAME -p '{"spec":{"suspend":false}}'`),
  row("cronJob", `kubectl -n NS patch cj/NAME -p '{"spec":{"suspend":true}}'`, ours("CronJob NS/NAME is suspended already")),
  row("node", `kubectl patch node NAME --type=strategic -p '{"spec":{"taints":[{"key":"new","effect":"NoSchedule"}]}}'`),
  // patch --type=merge
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=merge -p '{"spec":{"template":{"spec":{"nodeSelector":{"disk":"ssd","example.com/none":null}}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=merge -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","image":"app:2","command":null}]}}}}'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=merge -p '{"spec":{"template":{"spec":{"containers":[{"name":"app"}]}}}}'`,
    both(`Deployment NS/NAME: Deployment.apps "NAME" is invalid: spec.template.spec.containers[0].image: Required value`),
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=merge -p '{"metadata":{"annotations":null}}'`,
    ours("/metadata/annotations/deployment.kubernetes.io~1revision of Deployment NS/NAME is never written"),
  ),
  row("deployment", `kubectl -n NS patch deploy/NAME --type=Merge -p '{"spec":{"minReadySeconds":3}}'`),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=merge -p '{"metadata":{"name":"other"}}'`,
    both("Deployment NS/NAME: the name of the object (other) does not match the name on the URL (NAME)"),
  ),
  row("deployment", "kubectl -n NS patch deploy/NAME --type=merge -p '[]'", both("a patch of type merge is an object")),
  row("deployment", "kubectl -n NS patch deploy/NAME --type=merge -p '{}'", ours("the patch would change nothing on Deployment NS/NAME")),
  row("deployment", "kubectl -n NS patch deploy/NAME --type=patch -p '{}'", both("patch is no type of patch: json, merge or strategic")),
  row("configMap", `kubectl -n NS patch cm/NAME --type=merge -p '{"data":{"a":"9","b":null,"d":"4"}}'`),
  row(
    "configMap",
    `kubectl -n NS patch cm/NAME --type=merge -p '{"data":{"a":9}}'`,
    both('ConfigMap NS/NAME:  "" is invalid: patch: Invalid value: "{\\"apiVersion\\":\\"v1\\",\\"data\\":…'),
  ),
  row("configMap", `kubectl -n NS patch cm/NAME --type=merge -p '{"data":null}'`),
  row("configMap", `kubectl -n NS patch cm/NAME --type=merge -p '{"immutable":true}'`),
  row("configMap", `kubectl -n NS patch cm/NAME --type=merge -p '{"data":{"__proto__":"1","constructor":"2"}}'`),
  row(
    "immutable",
    `kubectl -n NS patch cm/NAME --type=merge -p '{"data":{"a":"2"}}'`,
    both('ConfigMap NS/NAME: ConfigMap "NAME" is invalid: data: Forbidden: field is immutable when `immutable` is set'),
  ),
  row("quota", `kubectl -n NS patch quota/NAME --type=merge -p '{"spec":{"hard":{"pods":"200","requests.cpu":"1"}}}'`),
  row("limits", `kubectl -n NS patch limits/NAME --type=merge -p '{"spec":{"limits":[{"type":"Container","default":{"cpu":"2000m"}}]}}'`),
  // patch --type=json
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"app:2"}]'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=json -p '[{"op":"add","path":"/spec/template/spec/containers/0/env/-","value":{"name":"D","value":"4"}}]'`,
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=json -p '[{"op":"add","path":"/spec/template/spec/containers/0/env/0","value":{"name":"D","value":"4"}}]'`,
  ),
  row("deployment", `kubectl -n NS patch deploy/NAME --type=json -p '[{"op":"remove","path":"/spec/template/spec/containers/0/args/1"}]'`),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=json -p '[{"op":"remove","path":"/metadata/annotations/note"},{"op":"add","path":"/metadata/labels/a","value":"b"}]'`,
  ),
  row("deployment", `kubectl -n NS patch deploy/NAME --type=json -p '[{"op":"remove","path":"/metadata/labels/example.com~1team"}]'`),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=json -p '[{"op":"replace","path":"/spec/nothing","value":1}]'`,
    ours('Deployment NS/NAME:  "" is invalid: patch: Invalid value: "{…'),
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=json -p '[{"op":"remove","path":"/spec/template/spec/containers/7"}]'`,
    both("the patch does not fit Deployment NS/NAME: remove operation does not apply: nothing at /spec/template/spec/containers/7"),
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=json -p '[{"op":"add","path":"/spec/a/b","value":1}]'`,
    both("the patch does not fit Deployment NS/NAME: add operation does not apply: nothing at /spec/a/b"),
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=json -p '[{"op":"test","path":"/spec/replicas","value":0},{"op":"replace","path":"/spec/minReadySeconds","value":2}]'`,
    ours("a test is not needed: every write is sent for the object as it was read"),
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=json -p '[{"op":"copy","from":"/metadata/labels/tier","path":"/metadata/labels/copy"}]'`,
    ours("copy is not understood: say the value, with add and remove"),
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=json -p '[{"op":"remove","path":"/spec/template/spec/nodeSelector","value":1}]'`,
    ours("an operation is add, replace or remove, with a path that begins with a slash, a value unless it removes, and nothing else"),
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=json -p '{"op":"remove","path":"/spec/template/spec/nodeSelector"}'`,
    both("a patch of type json is a list of operations"),
  ),
  row(
    "deployment",
    `kubectl -n NS patch deploy/NAME --type=json -p '[{"op":"replace","path":"/spec/replicas","value":-1}]'`,
    both(`Deployment NS/NAME: Deployment.apps "NAME" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0`),
  ),
  row("deployment", "kubectl -n NS patch deploy/NAME --type=json", both("patch needs what to change: -p '{…}'")),
  row("service", `kubectl -n NS patch svc/NAME --type=json -p '[{"op":"replace","path":"/spec/ports/0/targetPort","value":8080}]'`),
  row("autoscaler", `kubectl -n NS patch hpa/NAME --type=json -p '[{"op":"replace","path":"/spec/maxReplicas","value":8}]'`),
  row("cronJob", `kubectl -n NS patch cj/NAME --type=json -p '[{"op":"replace","path":"/spec/suspend","value":false}]'`),
  // label, annotate
  row("deployment", "kubectl -n NS label deploy/NAME a=b --overwrite"),
  row("deployment", "kubectl -n NS label --overwrite deploy NAME tier=back example.com/team-"),
  row("deployment", "kubectl -n NS label deploy/NAME tier-"),
  row("deployment", "kubectl -n NS label deploy/NAME --overwrite empty="),
  row(
    "deployment",
    "kubectl -n NS label deploy/NAME a=b",
    ours("labels that are there already would be overwritten: say --overwrite if that is meant"),
  ),
  row(
    "deployment",
    "kubectl -n NS label deploy/NAME tier=back",
    both("labels that are there already would be overwritten: say --overwrite if that is meant"),
  ),
  row("deployment", "kubectl -n NS label deploy/NAME nobody-", ours("the patch would change nothing on Deployment NS/NAME")),
  row(
    "deployment",
    "kubectl -n NS label --overwrite deploy/NAME a=b=c",
    both("b=c is no value of a label: letters, digits, dots, hyphens and underscores, at most 63"),
  ),
  row(
    "deployment",
    "kubectl -n NS label --overwrite deploy/NAME 'a=b c'",
    both("b c is no value of a label: letters, digits, dots, hyphens and underscores, at most 63"),
  ),
  row(
    "deployment",
    "kubectl -n NS label --overwrite deploy/NAME -- -a=b",
    both(`Deployment NS/NAME: Deployment.apps "NAME" is invalid: metadata.labels: Invalid value: "-a…`),
  ),
  row("deployment", "kubectl -n NS label --overwrite deploy/NAME tier=back tier-", both("tier is given twice")),
  row("deployment", "kubectl -n NS annotate --overwrite deploy/NAME note='a b=c' more=x"),
  row("deployment", "kubectl -n NS annotate deploy/NAME note-"),
  row("node", "kubectl label node NAME zone=b --overwrite"),
  row("node", "kubectl annotate nodes/NAME --overwrite note=x"),
  row("configMap", `kubectl -n NS annotate --overwrite configmap/NAME example.com/note='{"a":1}'`),
  // cordon, uncordon, taint
  row("node", "kubectl cordon NAME"),
  row("node", "kubectl cordon node/NAME"),
  row("node", "kubectl uncordon NAME", ours("Node NAME is not cordoned")),
  row("node", "kubectl cordon nobody", both("the object does not exist")),
  row("node", "kubectl taint nodes NAME dedicated-"),
  row("node", "kubectl taint node NAME dedicated:NoSchedule-"),
  row("node", "kubectl taint no NAME dedicated=web:NoExecute-"),
  row("node", "kubectl taint nodes NAME dedicated=other:NoExecute-"),
  row("node", "kubectl taint nodes NAME example.com/gpu:PreferNoSchedule-"),
  row("node", "kubectl taint nodes NAME nobody-", both("Node NAME has no taint nobody")),
  row("node", "kubectl taint nodes NAME dedicated:PreferNoSchedule-", both("Node NAME has no taint dedicated:PreferNoSchedule")),
  row("node", "kubectl taint nodes NAME dedicated=web-", both("dedicated=web- is neither KEY-, KEY:EFFECT- nor KEY=VALUE:EFFECT-")),
  row("node", "kubectl taint nodes NAME dedicated:Never-", both("Never is no effect: NoSchedule, PreferNoSchedule, NoExecute")),
  row("node", "kubectl taint node/NAME dedicated-", both("taint takes a node and a taint: taint nodes NAME KEY:EFFECT-")),
  row("node", "kubectl taint nodes NAME dedicated- example.com/gpu-", ours("taint takes one node and one taint")),
  row(
    "node",
    "kubectl taint nodes NAME new=x:NoSchedule",
    ours("a taint is only taken away, with a hyphen at its end: cordon the node instead"),
  ),
  row("cordoned", "kubectl uncordon NAME"),
  row("cordoned", "kubectl uncordon nodes/NAME"),
  row("cordoned", "kubectl cordon NAME", ours("Node NAME is cordoned already")),
  // delete
  row("configMap", "kubectl -n NS delete cm NAME"),
  row("configMap", "kubectl -n NS delete configmaps/NAME --wait=false"),
  row("configMap", "kubectl -n NS delete configmap.v1./NAME"),
  row("configMap", "kubectl -n NS delete cm nobody", both("the object does not exist")),
  row(
    "configMap",
    "kubectl -n NS delete cm NAME --grace-period=0 --force",
    ours("--grace-period would cut the object's ending short, which is never done"),
  ),
  row("quota", "kubectl -n NS delete resourcequotas NAME"),
  row("networkPolicy", "kubectl -n NS delete networkpolicies.networking.k8s.io NAME"),
  row("autoscaler", "kubectl -n NS delete hpa/NAME"),
  row("budget", "kubectl -n NS delete poddisruptionbudget NAME"),
  row("ingress", "kubectl -n NS delete ing NAME"),
  row("service", "kubectl -n NS delete svc/NAME"),
  row("deployment", "kubectl -n NS delete deploy/NAME"),
  row("node", "kubectl delete node NAME", ours("a Node is never deleted: cordon it")),
  // create
  row("empty", "kubectl -n NS create configmap new-NAME --from-literal=a=1 --from-literal b='x y' --from-literal=c=d=e"),
  row("empty", "kubectl create cm new-NAME -n NS"),
  row("empty", "kubectl -n NS create configmap NAME --from-literal=a=1", both(`ConfigMap NS/NAME: configmaps "NAME" already exists`)),
  row("empty", "kubectl -n NS create configmap new-NAME --from-literal=a", both("a is no KEY=VALUE")),
  row("empty", "kubectl -n NS create configmap new-NAME --from-literal==a", both("=a is no KEY=VALUE")),
  row("empty", "kubectl -n NS create configmap new-NAME --from-literal='a b=1'", both("a b is no key of a ConfigMap")),
  row("empty", "kubectl -n NS create configmap new-NAME --from-literal=..=1", both(".. is no key of a ConfigMap")),
  row("empty", "kubectl -n NS create configmap new-NAME --from-literal=a=1 --from-literal=a=2", both("a is given twice")),
  row(
    "empty",
    "kubectl -n NS create configmap New-NAME",
    both(`"New-NAME" is no name: small letters, digits, dots and hyphens, at most 253`),
  ),
  row(
    "empty",
    `kubectl -n NS create -f - <<'EOF'\n{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"new-NAME"},"data":{"a":"1"}}\nEOF`,
  ),
  row(
    "empty",
    'printf %s \'{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"new-NAME"},"data":{"a":"x\\ny\\\\z"}}\' | kubectl -n NS create -f -',
  ),
  row(
    "empty",
    `kubectl create -f - <<'EOF'\n---\n# a comment\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: new-NAME\n  namespace: NS\n  labels: {a: 'yes', b: "1"}\ndata:\n  text: |\n    one\n      two\n  folded: >-\n    one\n    two\nEOF`,
  ),
  row(
    "empty",
    "kubectl -n NS create -f - <<EOF\napiVersion: v1\nkind: Service\nmetadata: {name: new-NAME}\nspec:\n  clusterIP: None\n  ports:\n  - port: 80\n    targetPort: http\nEOF",
  ),
  row(
    "empty",
    "kubectl -n NS create -f - <<'EOF'\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: new-NAME\ndata:\n  a: yes\nEOF",
    both(
      "the manifest has a plain value that YAML 1.1 and 1.2 read differently (yes, no, on, off, y, n, 0644, 1:30, a date): put it in quotes",
    ),
  ),
  row(
    "empty",
    "kubectl -n NS create -f - <<'EOF'\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: new-NAME\n  namespace: other\nEOF",
    both("the manifest is of namespace other, and the line of NS"),
  ),
  row(
    "empty",
    "kubectl -n NS create -f - <<'EOF'\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: new-NAME\ndatum: {}\nEOF",
    both('ConfigMap NS/new-NAME: ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "datum"'),
  ),
  row(
    "empty",
    "kubectl -n NS create -f - <<'EOF'\napiVersion: apps/v1\nkind: ConfigMap\nmetadata:\n  name: new-NAME\nEOF",
    both("a ConfigMap is read and written as v1, not apps/v1"),
  ),
  row(
    "empty",
    "kubectl -n NS create -f - <<'EOF'\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: new-NAME\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: more-NAME\nEOF",
    ours("the manifest holds several objects: give one"),
  ),
  row(
    "empty",
    "kubectl -n NS create -f - <<'EOF'\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: new-NAME\nspec:\n  podSelector: {}\n  policyTypes: [Ingress]\nEOF",
  ),
  row(
    "empty",
    "kubectl -n NS create -f - <<'EOF'\napiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: new-NAME\nspec:\n  hard: {pods: 1000, requests.cpu: 1500m}\nEOF",
  ),
  row(
    "empty",
    "kubectl -n NS create secret generic new-NAME",
    ours("create secret is not understood: give its manifest, with create -f - <<'EOF'"),
  ),
  row(
    "empty",
    "kubectl -n NS create deployment new-NAME --image=a --replicas=0",
    ours("create deployment is not understood: give its manifest, with create -f - <<'EOF'"),
  ),
  // rollout, and verbs that are not understood
  row("service", "kubectl -n NS set selector svc/NAME app=other", ours("set is understood with env, image, resources")),
  row("deployment", "kubectl -n NS rollout pause deploy/NAME", ours("rollout is understood with restart, undo")),
  row("deployment", "kubectl -n NS rollout undo deploy/NAME", both("Deployment NS/NAME has no earlier template that differs")),
  row("deployment", "kubectl -n NS rollout restart deploy/NAME"),
  row("statefulSet", "kubectl -n NS rollout restart sts/NAME"),
  row("daemonSet", "kubectl -n NS rollout restart ds NAME"),
  row("configMap", "kubectl -n NS rollout restart cm/NAME", both("ConfigMap NS/NAME: a ConfigMap has no pods to restart")),
  row("configMap", "kubectl -n NS rollout undo cm/NAME", both("ConfigMap NS/NAME: a ConfigMap has no history")),
];
