package exporter_test

import (
	"fmt"
	"strings"

	"github.com/gradus-nn/gradus/format/csv"
	"github.com/gradus-nn/gradus/format/onnx"
	"github.com/gradus-nn/gradus/format/onnx/run"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/model/exporter"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess/columns"
	"github.com/gradus-nn/gradus/tensor"
)

// A graph that takes the columns of a table as they are. All weights are 0, so that the mean price comes out.
func ExampleONNX() {
	houses, _ := columns.Read(strings.NewReader("area,district,price\n100,North,10\n120,South,20\n140,North,30\n"), csv.Options{}, columns.Present)
	schema, _ := columns.Infer(houses, columns.Options{Target: "price", Task: columns.Regression})
	rows, _ := schema.Examples(houses)
	schema, _ = schema.Fit(houses, rows)
	net, _ := nn.Compile[float32](nn.Spec{Input: tensor.Shape{schema.Width()}, Layers: []layer.Layer{layer.Dense{Units: 1}}, Loss: loss.MeanSquared{}}, nn.Config{})
	defer net.Close()
	clear(net.Params())
	m := model.From(net)
	m.Columns = schema

	graph, err := exporter.ONNX(m)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range graph.Graph.Inputs {
		fmt.Println("in ", v.Name, v.DType, "·", v.Doc)
	}
	for _, v := range graph.Graph.Outputs {
		fmt.Println("out", v.Name, v.DType)
	}
	program, _ := run.New(graph)
	out, err := program.Run(map[string]*onnx.Tensor{
		"area":     onnx.Of("", []int{1, 1}, []float64{130}),
		"district": onnx.Of("", []int{1, 1}, []string{"East"}),
	})
	fmt.Println(out["price"].Data, err)
	// Output:
	// in  area double · a number; NaN where it is missing
	// in  district string · text without spaces around it; empty where it is missing; known are North, South
	// out price double
	// [20] <nil>
}
