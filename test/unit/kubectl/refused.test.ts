import { describe, expect, test } from "vitest";
import { parseKubectl } from "../../../src/kubectl/kubectl.ts";

/** In namespace shop. */
function refusal(line: string): unknown {
  const parsed = parseKubectl(line, { namespace: "shop" });
  if (parsed.ok) return parsed.value;
  return parsed.failure.kind === "refused" ? parsed.failure.reason : parsed.failure;
}

describe("other verbs are refused, with what to do instead", () => {
  test.each<readonly [string, string]>([
    ["kubectl get pods", "get reads, and Stratus reads by itself: leave it out"],
    ["kubectl describe deploy/web", "describe reads, and Stratus reads by itself: leave it out"],
    ["kubectl logs web-1", "logs reads, and Stratus reads by itself: leave it out"],
    ["kubectl exec web-1 -- sh", "exec reaches into the cluster or runs something there, which is never done"],
    ["kubectl exec -it web-1 sh", "exec reaches into the cluster or runs something there, which is never done"],
    ["kubectl attach web-1", "attach reaches into the cluster or runs something there, which is never done"],
    ["kubectl cp a web-1:/a", "cp reaches into the cluster or runs something there, which is never done"],
    ["kubectl port-forward web-1 80", "port-forward reaches into the cluster or runs something there, which is never done"],
    ["kubectl debug web-1", "debug reaches into the cluster or runs something there, which is never done"],
    ["kubectl run a --image=b", "run reaches into the cluster or runs something there, which is never done"],
    ["kubectl proxy", "proxy reaches into the cluster or runs something there, which is never done"],
    ["kubectl edit deploy/web", "edit needs a person: use patch"],
    ["kubectl replace -f -", "replace overwrites what others have changed since: use patch or apply"],
    ["kubectl expose deploy/web", "expose is not understood: give the object's manifest, with create -f - <<'EOF' or apply -f - <<'EOF'"],
    [
      "kubectl autoscale deploy/web --max=5",
      "autoscale is not understood: patch the HorizontalPodAutoscaler, or create one with a manifest",
    ],
    ["kubectl drain node-1", "drain moves every pod of a node: cordon it, and delete single pods, which evicts them"],
    ["kubectl wait deploy/web", "wait reads, and Stratus reads by itself: leave it out"],
    ["kubectl kustomize .", "kustomize is not understood: give the object's manifest, with create -f - <<'EOF' or apply -f - <<'EOF'"],
    ["kubectl auth can-i get pods", "auth is no verb that is understood here"],
    ["kubectl constructor", "constructor is no verb that is understood here"],
    ["kubectl", "the line has no verb: annotate, apply, cordon, create, delete, label, patch, rollout, scale, set, taint, uncordon"],
    [
      "kubectl -n shop",
      "the line has no verb: annotate, apply, cordon, create, delete, label, patch, rollout, scale, set, taint, uncordon",
    ],
    ["kubectl rollout pause deploy/web", "rollout is understood with restart, undo"],
    ["kubectl rollout", "rollout is understood with restart, undo"],
    ["kubectl rollout status deploy/web", "rollout is understood with restart, undo"],
    ["kubectl set selector svc/front a=b", "set is understood with env, image, resources"],
    ["kubectl set serviceaccount deploy/web x", "set is understood with env, image, resources"],
    ["kubectl set", "set is understood with env, image, resources"],
    ["kubectl create deployment a --image=b", "create deployment is not understood: give its manifest, with create -f - <<'EOF'"],
    ["kubectl create secret generic a", "create secret is not understood: give its manifest, with create -f - <<'EOF'"],
    ["kubectl create namespace a", "create namespace is not understood: give its manifest, with create -f - <<'EOF'"],
    ["kubectl create token a", "create token is not understood: give its manifest, with create -f - <<'EOF'"],
  ])("%j", (line, reason) => {
    expect(refusal(line)).toBe(reason);
  });
});

describe("only kubectl is understood", () => {
  test.each<readonly [string, string]>([
    ["", "the line must begin with kubectl"],
    ["sudo kubectl cordon node-1", "the line must begin with kubectl, not sudo"],
    ["oc delete pod a", "the line must begin with kubectl, not oc"],
    ["/usr/bin/kubectl cordon node-1", "the line must begin with kubectl, not /usr/bin/kubectl"],
    ["KUBECONFIG=x kubectl cordon node-1", "the line must begin with kubectl, not KUBECONFIG=x"],
    ["Kubectl cordon node-1", "the line must begin with kubectl, not Kubectl"],
    ["helm rollback web", "the line must begin with kubectl, not helm"],
  ])("%j", (line, reason) => {
    expect(refusal(line)).toBe(reason);
  });
});

describe("one line changes one object", () => {
  test.each<readonly [string, string]>([
    ["kubectl delete pods --all", "--all would change several objects: name one"],
    ["kubectl delete pods -l app=web", "-l would change several objects: name one"],
    ["kubectl delete pods --selector=app=web", "--selector would change several objects: name one"],
    ["kubectl delete pods --field-selector a=b", "--field-selector would change several objects: name one"],
    ["kubectl rollout restart deploy -A", "-A would change several objects: name one"],
    ["kubectl label pods --all-namespaces a=b", "--all-namespaces would change several objects: name one"],
    ["kubectl delete pod a b", "the line names several objects: name one, as TYPE/NAME or TYPE NAME"],
    ["kubectl delete pod/a pod/b", "the line names several objects: name one, as TYPE/NAME or TYPE NAME"],
    ["kubectl delete pod/a b", "the line names several objects: name one, as TYPE/NAME or TYPE NAME"],
    ["kubectl delete pod a,b", "a list with commas would change several objects: name one"],
    ["kubectl delete pod,svc a", "a list with commas would change several objects: name one"],
    ["kubectl delete all a", "all stands for several kinds: name one object"],
    ["kubectl rollout restart deploy", "the line names no object of deploy: say TYPE/NAME"],
    ["kubectl rollout restart", "the line names no object: say TYPE/NAME"],
    ["kubectl scale --replicas=1 deploy/web sts/db", "the line names several objects: name one, as TYPE/NAME or TYPE NAME"],
    ["kubectl cordon node-1 node-2", "cordon takes one node"],
    ["kubectl taint nodes node-1 node-2 a-", "taint takes one node and one taint"],
    ["kubectl taint nodes node-1 a- b-", "taint takes one node and one taint"],
    ["kubectl rollout restart deploy/web/x", "deploy/web/x is not TYPE/NAME"],
    ["kubectl rollout restart /web", "/web is not TYPE/NAME"],
    ["kubectl rollout restart deploy/", '"" is no name: small letters, digits, dots and hyphens, at most 253'],
  ])("%j", (line, reason) => {
    expect(refusal(line)).toBe(reason);
  });
});

describe("some kinds are never written", () => {
  test.each<readonly [string, string]>([
    ["kubectl delete ns shop", "no Namespace is ever written: it holds data or rights that no undo brings back"],
    ["kubectl delete namespace/shop", "no Namespace is ever written: it holds data or rights that no undo brings back"],
    ["kubectl delete pvc data", "no PersistentVolumeClaim is ever written: it holds data or rights that no undo brings back"],
    ["kubectl delete persistentvolumes a", "no PersistentVolume is ever written: it holds data or rights that no undo brings back"],
    ["kubectl delete pv a", "no PersistentVolume is ever written: it holds data or rights that no undo brings back"],
    ["kubectl delete crd a.example.com", "no CustomResourceDefinition is ever written: it holds data or rights that no undo brings back"],
    [
      "kubectl delete customresourcedefinitions.apiextensions.k8s.io a",
      "no CustomResourceDefinition is ever written: it holds data or rights that no undo brings back",
    ],
    ["kubectl delete secret a", "no Secret is ever written: it holds data or rights that no undo brings back"],
    ["kubectl patch secrets/a -p '{}'", "no Secret is ever written: it holds data or rights that no undo brings back"],
    ["kubectl label secret a b-", "no Secret is ever written: it holds data or rights that no undo brings back"],
    ["kubectl delete role a", "no Role is ever written: it holds data or rights that no undo brings back"],
    ["kubectl delete rolebindings a", "no RoleBinding is ever written: it holds data or rights that no undo brings back"],
    ["kubectl delete clusterrole a", "no ClusterRole is ever written: it holds data or rights that no undo brings back"],
    [
      "kubectl delete clusterrolebindings.rbac.authorization.k8s.io a",
      "no ClusterRoleBinding is ever written: it holds data or rights that no undo brings back",
    ],
    ["kubectl delete sa a", "no ServiceAccount is ever written: it holds data or rights that no undo brings back"],
    ["kubectl delete serviceaccount a", "no ServiceAccount is ever written: it holds data or rights that no undo brings back"],
    ["kubectl delete node node-1", "a Node is never deleted: cordon it"],
    ["kubectl label ns shop a-", "no Namespace is ever written: it holds data or rights that no undo brings back"],
    ["kubectl delete ep a", "ep is not a kind that Stratus reads or writes"],
    ["kubectl label rs a b-", "no ReplicaSet is ever written: it is made by a controller: change what it is made from"],
    [
      "kubectl delete controllerrevisions.apps a",
      "no ControllerRevision is ever written: it is made by a controller: change what it is made from",
    ],
    ["kubectl delete sc a", "no StorageClass is ever written: it holds data or rights that no undo brings back"],
    ["kubectl annotate event a b-", "no Event is ever written: it is made by a controller: change what it is made from"],
    ["kubectl delete lease a", "lease is not a kind that Stratus reads or writes"],
    ["kubectl delete constructor a", "constructor is not a kind that Stratus reads or writes"],
    [
      "kubectl rollout restart deployments.v1beta1.apps web",
      "Deployment is read and written as apps/v1: leave the rest of deployments.v1beta1.apps out",
    ],
    [
      "kubectl delete deployments.extensions web",
      "Deployment is read and written as apps/v1: leave the rest of deployments.extensions out",
    ],
    [
      "kubectl patch horizontalpodautoscalers.v1.autoscaling web -p '{}'",
      "HorizontalPodAutoscaler is read and written as autoscaling/v2: leave the rest of horizontalpodautoscalers.v1.autoscaling out",
    ],
    ["kubectl cordon pod/a", "only a node can be cordoned"],
    ["kubectl taint pods a b-", "only a node has taints"],
  ])("%j", (line, reason) => {
    expect(refusal(line)).toBe(reason);
  });
});

describe("a name is one that Kubernetes could give", () => {
  test.each<readonly [string, string]>([
    ["kubectl scale deploy/Web --replicas=1", '"Web" is no name: small letters, digits, dots and hyphens, at most 253'],
    ["kubectl scale deploy/web --replicas=1 -n Shop", '"Shop" is no namespace: small letters, digits, dots and hyphens, at most 253'],
    ["kubectl scale deploy/web --replicas=1 -n ''", '"" is no namespace: small letters, digits, dots and hyphens, at most 253'],
    ["kubectl delete pod ../a", "the line names several objects: name one, as TYPE/NAME or TYPE NAME"],
    ["kubectl delete cm kube-root-ca.crt.", '"kube-root-ca.crt." is no name: small letters, digits, dots and hyphens, at most 253'],
    ["kubectl delete pod ''", '"" is no name: small letters, digits, dots and hyphens, at most 253'],
  ])("%j", (line, reason) => {
    expect(refusal(line)).toBe(reason);
  });
});

describe("other flags are refused, with what to do instead", () => {
  test.each<readonly [string, string]>([
    ["kubectl delete pod a --force", "--force would cut the object's ending short, which is never done"],
    ["kubectl delete pod a --grace-period=0", "--grace-period would cut the object's ending short, which is never done"],
    ["kubectl delete pod a --now", "--now would cut the object's ending short, which is never done"],
    ["kubectl delete cm a --cascade=orphan", "--cascade decides about what the object owns, which is always removed with it"],
    [
      "kubectl patch deploy web --subresource=scale -p '{}'",
      "--subresource leads past the object's own fields, which are all that is written",
    ],
    ["kubectl scale deploy/web --replicas=1 --dry-run=client", "--dry-run is not needed: every write is tried out first"],
    ["kubectl scale deploy/web --replicas=1 -o yaml", "-o is about what kubectl prints: leave it out"],
    [
      "kubectl scale deploy/web --replicas=1 --server=https://x",
      "--server is not for a line to say: Stratus has a connection and permissions of its own",
    ],
    ["kubectl scale deploy/web --replicas=1 -s x", "-s is not for a line to say: Stratus has a connection and permissions of its own"],
    [
      "kubectl scale deploy/web --replicas=1 --token=x",
      "--token is not for a line to say: Stratus has a connection and permissions of its own",
    ],
    [
      "kubectl --kubeconfig=x scale deploy/web --replicas=1",
      "--kubeconfig is not for a line to say: Stratus has a connection and permissions of its own",
    ],
    [
      "kubectl --context x scale deploy/web --replicas=1",
      "--context is not for a line to say: Stratus has a connection and permissions of its own",
    ],
    [
      "kubectl scale deploy/web --replicas=1 --as=admin",
      "--as is not for a line to say: Stratus has a connection and permissions of its own",
    ],
    ["kubectl scale deploy/web --replicas=1 --current-replicas=2", "--current-replicas is no flag that is understood here"],
    ["kubectl scale deploy/web --replicas=1 --timeout=1m", "--timeout is no flag that is understood here"],
    ["kubectl scale deploy/web --replicas=1 -v=9", "-v is no flag that is understood here"],
    ["kubectl scale deploy/web --replicas=1 --constructor", "--constructor is no flag that is understood here"],
    ["kubectl scale deploy/web --replicas=1 -x", "-x is no flag that is understood here"],
    ["kubectl scale deploy/web --replicas=1 --replicas=2", "--replicas is given twice"],
    ["kubectl scale deploy/web --replicas", "--replicas needs a value"],
    ["kubectl scale deploy/web --replicas=1 -n", "--namespace needs a value"],
    ["kubectl -n shop scale deploy/web --replicas=1 -n other", "--namespace is given twice"],
    ["kubectl --replicas=1 scale deploy/web", "--replicas is no flag that is understood here"],
    ["kubectl -- scale deploy/web", "-- is not understood before a verb"],
    ["kubectl rollout undo deploy/web --to-revision", "--to-revision needs a value"],
    ["kubectl apply -f - --server-side", "--server-side takes fields from their owners: leave it out"],
    ["kubectl apply -f - --prune", "--prune would change several objects: name one"],
    ["kubectl apply --force-conflicts -f -", "--force-conflicts takes fields from their owners: leave it out"],
    ["kubectl label deploy/web a=b --overwrite=maybe", "--overwrite can be true or false"],
    [
      "kubectl label deploy/web a=b --overwrite=false",
      "labels that are there already would be overwritten: say --overwrite if that is meant",
    ],
    [
      "kubectl patch deploy/web --patch-file=x",
      "--patch-file names files, and none is read: name the object, or give its manifest to create -f - or apply -f -",
    ],
    ["kubectl set env deploy/web --from=secret/a", "--from is no flag that is understood here"],
    ["kubectl set image deploy/web app=a --local", "--local is no flag that is understood here"],
    ["kubectl delete -f x.yaml", "-f names files, and none is read: name the object, or give its manifest to create -f - or apply -f -"],
    [
      "kubectl scale -f x.yaml --replicas=1",
      "-f names files, and none is read: name the object, or give its manifest to create -f - or apply -f -",
    ],
  ])("%j", (line, reason) => {
    expect(refusal(line)).toBe(reason);
  });
});

describe("a number is a whole one", () => {
  test.each<readonly [string, string]>([
    ["kubectl scale deploy/web", "scale needs --replicas, a whole number of at most 1000"],
    ["kubectl scale deploy/web --replicas=-1", "scale needs --replicas, a whole number of at most 1000"],
    ["kubectl scale deploy/web --replicas=1001", "scale needs --replicas, a whole number of at most 1000"],
    ["kubectl scale deploy/web --replicas=1e2", "scale needs --replicas, a whole number of at most 1000"],
    ["kubectl scale deploy/web --replicas=0x2", "scale needs --replicas, a whole number of at most 1000"],
    ["kubectl scale deploy/web --replicas=03", "scale needs --replicas, a whole number of at most 1000"],
    ["kubectl scale deploy/web --replicas=two", "scale needs --replicas, a whole number of at most 1000"],
    ["kubectl rollout undo deploy/web --to-revision=-1", "--to-revision is a whole number"],
  ])("%j", (line, reason) => {
    expect(refusal(line)).toBe(reason);
  });
});

describe("set names containers, variables and quantities", () => {
  test.each<readonly [string, string]>([
    ["kubectl set image deploy/web", "set image takes CONTAINER=IMAGE"],
    ["kubectl set image deploy/web app", "the line names several objects: name one, as TYPE/NAME or TYPE NAME"],
    ["kubectl set image app=a", "the line names no object: say TYPE/NAME"],
    ["kubectl set image deploy/web app=", "images.app is not of its form"],
    ["kubectl set image deploy/web app-", "set image takes CONTAINER=IMAGE"],
    ["kubectl set image deploy/web '*=a' app=b", "* names every container already"],
    ["kubectl set image deploy/web app=a app=b", "app is given twice"],
    ["kubectl set image deploy/web app=a x", "x stands behind what to change: name the object first"],
    ["kubectl set image deploy/web App=a", "images.App is not of its form"],
    ["kubectl set env deploy/web", "set env takes NAME=VALUE or NAME-"],
    ["kubectl set env deploy/web -", "the line names several objects: name one, as TYPE/NAME or TYPE NAME"],
    ["kubectl set env deploy/web 1A=b", "set.1A is not of its form"],
    ["kubectl set env deploy/web A=1 A-", "A is given twice"],
    ["kubectl set env deploy/web A=1 A=2", "A is given twice"],
    ["kubectl set env deploy/web -c 'a*' A=1", "a* may match several containers: name one, or say *"],
    ["kubectl set env deploy/web A=1 deploy/db", "deploy/db stands behind what to change: name the object first"],
    ["kubectl set env deploy/web __proto__=1", "__proto__ is no key"],
    ["kubectl set resources deploy/web", "set resources needs --limits or --requests, like --limits=cpu=500m,memory=256Mi"],
    ["kubectl set resources deploy/web --limits=cpu", '"cpu" is neither KEY=VALUE nor KEY-'],
    ["kubectl set resources deploy/web --limits=cpu=much", "limits.cpu is not of its form"],
    ["kubectl set resources deploy/web --limits=cpu=1,cpu=2", "cpu is given twice"],
    ["kubectl set resources deploy/web --limits=cpu-", "a quantity is set, not taken away: say 0, or use patch"],
    ["kubectl set resources deploy/web --limits=", '"" is neither KEY=VALUE nor KEY-'],
  ])("%j", (line, reason) => {
    expect(refusal(line)).toBe(reason);
  });
});

describe("a patch is JSON of its type", () => {
  test.each<readonly [string, string]>([
    ["kubectl patch deploy/web", "patch needs what to change: -p '{…}'"],
    ["kubectl patch deploy/web -p 'spec: {}'", "the patch is no JSON"],
    ["kubectl patch deploy/web -p '[]'", "a patch of type strategic is an object"],
    ["kubectl patch deploy/web --type=json -p '{}'", "a patch of type json is a list of operations"],
    ["kubectl patch deploy/web --type=json -p '[]'", "a patch of type json has 1 to 20 operations"],
    ["kubectl patch deploy/web --type=apply -p '{}'", "apply is no type of patch: json, merge or strategic"],
    [
      'kubectl patch deploy/web --type=json -p \'[{"op":"test","path":"/a","value":1}]\'',
      "a test is not needed: every write is sent for the object as it was read",
    ],
    [
      'kubectl patch deploy/web --type=json -p \'[{"op":"move","from":"/a","path":"/b"}]\'',
      "move is not understood: say the value, with add and remove",
    ],
    [
      'kubectl patch deploy/web --type=json -p \'[{"op":"add","path":"a","value":1}]\'',
      "an operation is add, replace or remove, with a path that begins with a slash, a value unless it removes, and nothing else",
    ],
    [
      'kubectl patch deploy/web --type=json -p \'[{"op":"add","path":"/a"}]\'',
      "an operation is add, replace or remove, with a path that begins with a slash, a value unless it removes, and nothing else",
    ],
    [
      'kubectl patch deploy/web --type=json -p \'[{"op":"remove","path":"/a","value":1}]\'',
      "an operation is add, replace or remove, with a path that begins with a slash, a value unless it removes, and nothing else",
    ],
    [
      "kubectl patch deploy/web --type=json -p '[null]'",
      "an operation is add, replace or remove, with a path that begins with a slash, a value unless it removes, and nothing else",
    ],
    ["kubectl patch deploy/web -p '{\"a\":1e999}'", "the patch has a number that cannot be kept exactly"],
    ["kubectl patch deploy/web -p '{\"a\":12345678901234567890}'", "the patch has a number that cannot be kept exactly"],
    [
      "kubectl patch deploy/web -p '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]'",
      "the patch is nested more than 32 deep",
    ],
    ['kubectl patch deploy/web -p \'{"a":"\\ud800"}\'', "the patch has text that is no Unicode"],
  ])("%j", (line, reason) => {
    expect(refusal(line)).toBe(reason);
  });
});

describe("labels and annotations are pairs", () => {
  test.each<readonly [string, string]>([
    ["kubectl label deploy/web", "no labels are given: say KEY=VALUE or KEY-"],
    ["kubectl label deploy/web a=b", "labels that are there already would be overwritten: say --overwrite if that is meant"],
    ["kubectl annotate deploy/web a=b", "annotations that are there already would be overwritten: say --overwrite if that is meant"],
    [
      "kubectl label --overwrite deploy/web a=b=c",
      "b=c is no value of a label: letters, digits, dots, hyphens and underscores, at most 63",
    ],
    [
      "kubectl label --overwrite deploy/web 'a=b c'",
      "b c is no value of a label: letters, digits, dots, hyphens and underscores, at most 63",
    ],
    ["kubectl label --overwrite deploy/web =b", "the line names several objects: name one, as TYPE/NAME or TYPE NAME"],
    ["kubectl label --overwrite deploy/web a=b a-", "a is given twice"],
    ["kubectl label --overwrite deploy/web a", "the line names several objects: name one, as TYPE/NAME or TYPE NAME"],
  ])("%j", (line, reason) => {
    expect(refusal(line)).toBe(reason);
  });
});

describe("a node is cordoned, and a taint only taken away", () => {
  test.each<readonly [string, string]>([
    ["kubectl cordon", "cordon takes one node"],
    ["kubectl taint nodes node-1", "taint takes a node and a taint: taint nodes NAME KEY:EFFECT-"],
    ["kubectl taint nodes node-1 a=b:NoSchedule", "a taint is only taken away, with a hyphen at its end: cordon the node instead"],
    ["kubectl taint nodes node-1 a:NoSchedule", "a taint is only taken away, with a hyphen at its end: cordon the node instead"],
    ["kubectl taint nodes node-1 a=b-", "a=b- is neither KEY-, KEY:EFFECT- nor KEY=VALUE:EFFECT-"],
    ["kubectl taint nodes node-1 a:Never-", "Never is no effect: NoSchedule, PreferNoSchedule, NoExecute"],
    ["kubectl taint nodes node-1 a:b:NoSchedule-", "a:b:NoSchedule- is neither KEY-, KEY:EFFECT- nor KEY=VALUE:EFFECT-"],
    ["kubectl taint nodes node-1 '-'", "- is neither KEY-, KEY:EFFECT- nor KEY=VALUE:EFFECT-"],
    ["kubectl taint node/node-1 a-", "taint takes a node and a taint: taint nodes NAME KEY:EFFECT-"],
    ["kubectl taint nodes node-1 'a b-'", "a b is no key of a taint"],
    ["kubectl taint nodes --all a-", "--all would change several objects: name one"],
  ])("%j", (line, reason) => {
    expect(refusal(line)).toBe(reason);
  });
});

describe("a manifest is one plain object that comes with the line", () => {
  test.each<readonly [string, string]>([
    ["kubectl apply", "apply needs a manifest: apply -f - <<'EOF'"],
    ["kubectl apply -f x.yaml", "x.yaml is a file or an address, and none is read: give the manifest with -f - <<'EOF'"],
    [
      "kubectl apply -f https://example.com/x.yaml",
      "https://example.com/x.yaml is a file or an address, and none is read: give the manifest with -f - <<'EOF'",
    ],
    ["kubectl apply -k .", "-k names files, and none is read: name the object, or give its manifest to create -f - or apply -f -"],
    ["kubectl apply -R -f -", "-R names files, and none is read: name the object, or give its manifest to create -f - or apply -f -"],
    ["kubectl apply -f -", "there is no manifest: -f - needs one, with <<'EOF'"],
    ["kubectl create", "create needs a manifest: create -f - <<'EOF'"],
    ["kubectl create -f x.yaml", "x.yaml is a file or an address, and none is read: give the manifest with -f - <<'EOF'"],
    ["kubectl apply deploy/web -f -", "apply takes its object from a manifest: apply -f - <<'EOF'"],
    ["kubectl apply -f - <<'EOF'\na: 1\nEOF", "the manifest needs a kind and an apiVersion"],
    ["kubectl apply -f - <<'EOF'\n[]\nEOF", "the manifest is no object"],
    ["kubectl apply -f - <<'EOF'\n\nEOF", "the manifest is empty"],
    ["kubectl apply -f - <<'EOF'\na\nEOF", "the manifest is no object"],
    [
      "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n\nEOF",
      "the manifest holds several objects: give one",
    ],
    ["kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: List\nitems: []\nEOF", "the manifest holds several objects: give one"],
    ["kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  generateName: a-\nEOF", "the manifest needs a name"],
    [
      "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: Secret\nmetadata:\n  name: a\nEOF",
      "no Secret is ever written: it holds data or rights that no undo brings back",
    ],
    [
      "kubectl apply -f - <<'EOF'\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: a\nEOF",
      "no Role is ever written: it holds data or rights that no undo brings back",
    ],
    [
      "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\nEOF",
      "no Namespace is ever written: it holds data or rights that no undo brings back",
    ],
    [
      "kubectl apply -f - <<'EOF'\napiVersion: coordination.k8s.io/v1\nkind: Leases\nmetadata:\n  name: a\nEOF",
      "Leases is not a kind that Stratus reads or writes",
    ],
    [
      "kubectl apply -f - <<'EOF'\napiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: a\nEOF",
      "a HorizontalPodAutoscaler is read and written as autoscaling/v2, not autoscaling/v1",
    ],
    [
      "kubectl apply -f - <<'EOF'\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a b\nEOF",
      '"a b" is no name: small letters, digits, dots and hyphens, at most 253',
    ],
    [
      'kubectl apply -f - <<\'EOF\'\n{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","resourceVersion":"1"}}\nEOF',
      "the manifest has a resourceVersion from an earlier reading: leave it out",
    ],
    [
      'kubectl apply -f - <<\'EOF\'\n{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","uid":"1"}}\nEOF',
      "the manifest has a uid from an earlier reading: leave it out",
    ],
    [
      'kubectl apply -f - <<\'EOF\'\n{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","namespace":3}}\nEOF',
      "the manifest's namespace is no text",
    ],
    [
      'kubectl -n shop apply -f - <<\'EOF\'\n{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","namespace":"other"}}\nEOF',
      "the manifest is of namespace other, and the line of shop",
    ],
    [
      "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata: {a: yes}\nEOF",
      "the manifest has a plain value that YAML 1.1 and 1.2 read differently (yes, no, on, off, y, n, 0644, 1:30, a date): put it in quotes",
    ],
    [
      "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata: {a: 0644}\nEOF",
      "the manifest has a plain value that YAML 1.1 and 1.2 read differently (yes, no, on, off, y, n, 0644, 1:30, a date): put it in quotes",
    ],
    [
      "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata: {a: 2024-01-01}\nEOF",
      "the manifest has a plain value that YAML 1.1 and 1.2 read differently (yes, no, on, off, y, n, 0644, 1:30, a date): put it in quotes",
    ],
    [
      "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata: {a: 1:30}\nEOF",
      "the manifest has a plain value that YAML 1.1 and 1.2 read differently (yes, no, on, off, y, n, 0644, 1:30, a date): put it in quotes",
    ],
    [
      "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\na: &x 1\nb: *x\nEOF",
      "the manifest has aliases",
    ],
    [
      "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata: {a: !!str 1}\nEOF",
      "the manifest has tags",
    ],
    [
      "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata: {a: !x 1}\nEOF",
      "the manifest is no plain YAML (TAG_RESOLVE_FAILED)",
    ],
    [
      "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata: {1: a}\nEOF",
      "the manifest has a key that is no text: put it in quotes",
    ],
    [
      "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata: {a: 1, a: 2}\nEOF",
      "the manifest is no plain YAML (DUPLICATE_KEY)",
    ],
    [
      "kubectl apply -f - <<'EOF'\n%YAML 1.1\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n\nEOF",
      "the manifest has a directive for its reader: leave the line with % out",
    ],
    [
      "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n<<: {a: 1}\nEOF",
      "the manifest has a plain value that YAML 1.1 and 1.2 read differently (yes, no, on, off, y, n, 0644, 1:30, a date): put it in quotes",
    ],
    [
      "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n\tdata: a\nEOF",
      "the manifest is no plain YAML (TAB_AS_INDENT)",
    ],
    ["kubectl apply -f - <<'EOF'\na: [\nEOF", "the manifest is no plain YAML (BAD_INDENT)"],
    ["kubectl apply -f - <<'EOF'\n{\nEOF", "the manifest is no JSON"],
    ["kubectl apply -f - <<'EOF'\na: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\nEOF", "the manifest is nested more than 32 deep"],
    [
      "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata: {a: .inf}\nEOF",
      "the manifest has a number that cannot be kept exactly",
    ],
    ["kubectl patch cm settings -p '{}' <<'EOF'\nEOF", "patch takes no manifest"],
    ["kubectl create cm settings <<'EOF'\nEOF", "create configmap takes no manifest"],
    ["kubectl create configmap", "create configmap takes one name"],
    ["kubectl create configmap a b", "create configmap takes one name"],
    [
      "kubectl create configmap a --from-file=x",
      "--from-file names files, and none is read: name the object, or give its manifest to create -f - or apply -f -",
    ],
    [
      "kubectl create configmap a --from-env-file=x",
      "--from-env-file names files, and none is read: name the object, or give its manifest to create -f - or apply -f -",
    ],
    ["kubectl create configmap a --from-literal=x", "x is no KEY=VALUE"],
    ["kubectl create configmap a --from-literal==x", "=x is no KEY=VALUE"],
    ["kubectl create configmap a --from-literal='a b=x'", "a b is no key of a ConfigMap"],
    ["kubectl create configmap a --from-literal=..=x", ".. is no key of a ConfigMap"],
    ["kubectl create configmap a --from-literal=a=1 --from-literal=a=2", "a is given twice"],
    ["kubectl create configmap a --append-hash", "--append-hash is no flag that is understood here"],
    ["kubectl create configmap a -f -", "create configmap takes no manifest"],
    ["kubectl create -f - --from-literal=a=b", "--from-literal is for create configmap NAME"],
  ])("%j", (line, reason) => {
    expect(refusal(line)).toBe(reason);
  });
});
