// Prints the fields of the API's types of some groups (`go run ./fields core`) as src/cluster/memory/api-server keeps
// them: how each is decoded from JSON and written again is what an API server does to every object before any rule.
package main

import (
	"fmt"
	"os"
	"reflect"
	"sort"
	"strings"

	admissionregistration "k8s.io/api/admissionregistration/v1"
	apps "k8s.io/api/apps/v1"
	autoscaling "k8s.io/api/autoscaling/v2"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

var roots = []any{
	admissionregistration.MutatingWebhookConfiguration{}, admissionregistration.ValidatingWebhookConfiguration{},
	apps.ControllerRevision{}, apps.DaemonSet{}, apps.Deployment{}, apps.ReplicaSet{}, apps.StatefulSet{},
	autoscaling.HorizontalPodAutoscaler{}, batch.CronJob{}, core.ConfigMap{}, core.LimitRange{}, core.Namespace{}, core.Node{},
	core.PersistentVolumeClaim{}, core.Pod{}, core.ResourceQuota{}, core.Service{}, discovery.EndpointSlice{},
	networking.Ingress{}, networking.NetworkPolicy{}, policy.PodDisruptionBudget{},
}

// Types that write themselves, by the word that stands for them.
var scalars = map[reflect.Type]string{
	reflect.TypeFor[meta.Time]():            "time",
	reflect.TypeFor[meta.MicroTime]():       "time",
	reflect.TypeFor[resource.Quantity]():    "quantity",
	reflect.TypeFor[intstr.IntOrString]():   "intOrString",
	reflect.TypeFor[runtime.RawExtension](): "raw",
	reflect.TypeFor[meta.FieldsV1]():        "raw",
}

var lines = map[string]map[string]string{}

func main() {
	for _, root := range roots {
		visit(reflect.TypeOf(root))
	}
	for _, group := range os.Args[1:] {
		for _, name := range sorted(lines[group]) {
			print(lines[group][name])
		}
	}
}

// A long line goes on in the next one, after a space.
func print(line string) {
	const most = 140
	for len(line) > most {
		end := strings.LastIndex(line[:most], " ")
		fmt.Println(line[:end])
		line = line[end:]
	}
	fmt.Println(line)
}

func sorted[T any](of map[string]T) []string {
	names := make([]string, 0, len(of))
	for name := range of {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func visit(of reflect.Type) {
	parts := strings.Split(of.PkgPath(), "/")
	group := parts[len(parts)-2]
	if lines[group] == nil {
		lines[group] = map[string]string{}
	}
	if _, seen := lines[group][of.Name()]; seen {
		return
	}
	lines[group][of.Name()] = ""
	lines[group][of.Name()] = of.Name() + " " + strings.Join(fields(of), " ")
}

func fields(of reflect.Type) []string {
	var found []string
	for index := range of.NumField() {
		field := of.Field(index)
		tag := strings.Split(field.Tag.Get("json"), ",")
		name, options := tag[0], tag[1:]
		if name == "-" {
			continue
		}
		if name == "" {
			found = append(found, fields(field.Type)...)
			continue
		}
		found = append(found, name+":"+described(field.Type, options))
	}
	return found
}

// `*T` a pointer, `[T]` a list, `{T}` a map: left out when there is nothing in it. `T?` left out when it is zero. `!` before
// any of them: written all the same.
func described(of reflect.Type, options []string) string {
	omitted := false
	for _, option := range options {
		omitted = omitted || option == "omitempty" || option == "omitzero"
	}
	word := typeWord(of)
	absent := of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice && word != "bytes" || of.Kind() == reflect.Map
	zeroable := of.Kind() != reflect.Struct
	for _, option := range options {
		zeroable = zeroable || option == "omitzero"
	}
	if absent && !omitted {
		return "!" + word
	}
	if !absent && zeroable && omitted {
		return word + "?"
	}
	return word
}

func typeWord(of reflect.Type) string {
	if word, ok := scalars[of]; ok {
		return word
	}
	switch of.Kind() {
	case reflect.Pointer:
		return "*" + typeWord(of.Elem())
	case reflect.Slice:
		if of.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return "[" + typeWord(of.Elem()) + "]"
	case reflect.Map:
		return "{" + typeWord(of.Elem()) + "}"
	case reflect.Struct:
		visit(of)
		return of.Name()
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "bool"
	case reflect.Int32:
		return "int32"
	case reflect.Int64, reflect.Int:
		return "int64"
	}
	panic("no word for " + of.String())
}
