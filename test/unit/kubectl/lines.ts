/** Lines of every form that the grammar knows, as people type them; tests print, mutate and mix them. */

const manifest = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings","labels":{"app":"web"}},"data":{"a":"1"}}';

export const lines: readonly string[] = [
  "kubectl -n shop scale deploy/web --replicas=3",
  "kubectl scale -nshop --replicas 0 statefulset db",
  "kubectl --namespace=shop scale deployments.v1.apps web --replicas=2",
  "kubectl -n shop set image deployment/web app=shop/web:2",
  "kubectl -n shop set image ds agent '*=shop/agent:3'",
  "kubectl -n shop set image deploy web app=a:1 init=b:2",
  "kubectl -n shop set env deploy/web LOG=debug OLD-",
  "kubectl -n shop set env sts/db -c app 'GREETING=it is \"so\"'",
  "kubectl set env deployment.apps/web --env A=1 -e B=2 --namespace shop",
  "kubectl -n shop set resources deploy web --limits=cpu=500m,memory=256Mi --requests=cpu=100m",
  "kubectl -n shop set resources deploy web -c app --limits cpu=1",
  `kubectl -n shop patch deploy/web -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","image":"a:2"}]}}}}'`,
  `kubectl -n shop patch deploy web --type=merge --patch '{"metadata":{"labels":{"a":null}}}'`,
  `kubectl -n shop patch svc/front --type=json -p='[{"op":"replace","path":"/spec/ports/0/targetPort","value":8080}]'`,
  `kubectl -n shop patch svc front --type strategic -p '{"spec":{"ports":[{"port":80,"$patch":"delete"}]}}'`,
  `kubectl -n shop patch hpa web -p '{"spec":{"minReplicas":2,"maxReplicas":7}}'`,
  `kubectl -n shop patch cj nightly -p '{"spec":{"suspend":true}}'`,
  `kubectl patch no node-1 --type=json -p '[{"op":"add","path":"/metadata/labels/a","value":"b"}]'`,
  "kubectl -n shop rollout undo deploy/web",
  "kubectl -n shop rollout undo daemonset agent --to-revision=4",
  "kubectl rollout restart -n shop sts/db",
  "kubectl -n shop label deploy/web tier=front --overwrite old-",
  "kubectl -n shop annotate --overwrite cm settings note='a b=c'",
  "kubectl cordon node-1",
  "kubectl uncordon node/node-1",
  "kubectl taint nodes node-1 dedicated:NoSchedule-",
  "kubectl taint node node-1 dedicated=web:NoExecute-",
  "kubectl taint no node-1 example.com/dedicated-",
  "kubectl -n shop delete pod web-1",
  "kubectl -n shop delete networkpolicies.networking.k8s.io deny",
  "kubectl -n shop delete quota/team --wait=false",
  `kubectl -n shop apply -f - <<'EOF'\n${manifest}\nEOF\n`,
  `kubectl -n shop create -f - <<EOF\n${manifest}\nEOF`,
  `printf %s '${manifest}' | kubectl -n shop create -f -`,
  "kubectl -n shop create configmap settings --from-literal=a=1 --from-literal b='x y'",
];

/** Slow to read, so tests of many lines take it less often. */
export const yamlLine =
  "kubectl apply -n shop -f - <<'END'\napiVersion: v1\nkind: Service\nmetadata:\n  name: front\nspec:\n  ports:\n    - port: 80\n      targetPort: http\nEND";
