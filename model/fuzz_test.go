package model_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/gradus-nn/gradus/format/safetensors"
	"github.com/gradus-nn/gradus/model"
)

// FuzzMetadata reads files whose tensors are sound and whose metadata are anything. Whatever is accepted can be checked,
// and written and read again without a change. (The codec has its own fuzzer.)
func FuzzMetadata(f *testing.F) {
	good, err := json.Marshal(spec)
	if err != nil {
		f.Fatal(err)
	}
	net := model.From(compile[float32](f, spec))
	for _, s := range []string{
		string(good),
		`{"input":[3],"layers":[{"kind":"dense","units":-1}],"loss":{"kind":"quadratic"}}`,
		`{"input":[-3],"layers":[{"kind":"dense","units":4}],"loss":{"kind":"quadratic"}}`,
		`{"input":[9223372036854775807,9],"layers":[{"kind":"flatten"},{"kind":"dense","units":4}],"loss":{"kind":"quadratic"}}`,
		`{"input":[3],"layers":[{"kind":"residual","layers":[{"kind":"dense","units":4,"init":{"kind":"normal","std":-1}}]}],"loss":null}`,
		`{"input":[3],"layers":[{"kind":"concat","branches":[[],[{"kind":"concat"}]],"axis":-9}],"loss":{"kind":"huber","delta":-1}}`,
		`{"input":[3],"layers":[null],"loss":{"kind":"quadratic"},"regularizers":[{"kind":"l2","style":"mine"},null]}`,
		`[]`, `null`, `{`, ``,
	} {
		f.Add("1.0", s, `["a","b"]`, `[{"pixels":{"divide":255}}]`, `{"val_acc":0.5}`)
	}
	f.Add("1.9", string(good), `null`, `null`, `null`)
	f.Add("99.0", string(good), `{}`, `[{}]`, `[]`)
	f.Fuzz(func(t *testing.T, version, spec, classes, pre, metrics string) {
		file := &safetensors.File{Metadata: map[string]string{
			"gradus.format": version, "gradus.spec": spec, "gradus.classes": classes, "gradus.preprocess": pre, "gradus.metrics": metrics,
		}, Tensors: append(net.Params, net.State...)}
		var data bytes.Buffer
		if safetensors.Write(&data, file) != nil {
			return // not UTF-8
		}
		m, err := model.Read(bytes.NewReader(data.Bytes()), int64(data.Len()))
		if err != nil {
			return
		}
		if err := m.Check(); err != nil {
			t.Fatal(err)
		}
		path := t.TempDir() + "/m.gradus"
		if err := m.Save(path); err != nil {
			t.Fatal(err)
		}
		back, err := model.Load(path)
		if err != nil || !reflect.DeepEqual(back.Spec, m.Spec) || back.SHA256() != m.SHA256() {
			t.Fatalf("read again: %v\n%+v\n%+v", err, m, back)
		}
	})
}
