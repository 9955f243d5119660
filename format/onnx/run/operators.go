package run

import (
	"maps"
	"math"
	"slices"

	"github.com/gradus-nn/gradus/format/onnx"
)

// An operator is what a node can ask for. All of them make one output.
type operator struct {
	least, most int               // inputs
	attributes  map[string]string // their types by name
	do          func(c *call) (*onnx.Tensor, error)
}

// stretching are further attributes of Add, Sub, Mul and Div before version 7 of the operators, when the second input was
// stretched only on request, along axes that begin with axis.
var stretching = map[string]string{"broadcast": "int", "axis": "int"}

// Operators lists the operators that can be computed; those of another domain than ONNX's own with its name in front.
func Operators() []string { return slices.Sorted(maps.Keys(operators)) }

// LearningDomain is the domain of ONNX's operators for classical machine learning.
const LearningDomain = "ai.onnx.ml"

// Qualified is what the operators are listed by.
func Qualified(domain, op string) string {
	if domain == "" || domain == "ai.onnx" {
		return op
	}
	return domain + "." + op
}

var (
	none  = map[string]string{}
	alpha = map[string]string{"alpha": "float"}
	axis  = map[string]string{"axis": "int"}
	axes  = map[string]string{"axes": "list of ints"}
)

// operators is the whole of what is understood. A new operator is one line here.
var operators = map[string]operator{
	"Gemm":   {2, 3, map[string]string{"alpha": "float", "beta": "float", "transA": "int", "transB": "int", "broadcast": "int"}, gemm},
	"MatMul": {2, 2, none, matMul},

	"Add":  {2, 2, none, arithmetic(add)},
	"Sub":  {2, 2, none, arithmetic(sub)},
	"Mul":  {2, 2, none, arithmetic(mul)},
	"Div":  {2, 2, none, arithmetic(div)},
	"Sum":  {1, math.MaxInt, none, sum},
	"Mean": {1, math.MaxInt, none, mean},

	"Abs":        {1, 1, none, plain(math.Abs)},
	"Neg":        {1, 1, none, plain(func(x float64) float64 { return -x })},
	"Exp":        {1, 1, none, plain(math.Exp)},
	"Log":        {1, 1, none, plain(math.Log)},
	"Sqrt":       {1, 1, none, plain(math.Sqrt)},
	"Reciprocal": {1, 1, none, plain(func(x float64) float64 { return 1 / x })},
	"Erf":        {1, 1, none, plain(math.Erf)},
	"Sign":       {1, 1, none, plain(sign)},
	"Floor":      {1, 1, none, plain(math.Floor)},
	"Ceil":       {1, 1, none, plain(math.Ceil)},

	"Sigmoid":         {1, 1, none, plain(sigmoid)},
	"Tanh":            {1, 1, none, plain(math.Tanh)},
	"Relu":            {1, 1, none, plain(relu)},
	"Softplus":        {1, 1, none, plain(softplus)},
	"Softsign":        {1, 1, none, plain(func(x float64) float64 { return x / (1 + math.Abs(x)) })},
	"HardSwish":       {1, 1, none, plain(func(x float64) float64 { return x * clip(x/6+0.5, 0, 1) })},
	"LeakyRelu":       {1, 1, alpha, elementwise(leakyRelu)},
	"Elu":             {1, 1, alpha, elementwise(elu)},
	"Celu":            {1, 1, alpha, elementwise(celu)},
	"ThresholdedRelu": {1, 1, alpha, elementwise(thresholdedRelu)},
	"Selu":            {1, 1, map[string]string{"alpha": "float", "gamma": "float"}, elementwise(selu)},
	"HardSigmoid":     {1, 1, map[string]string{"alpha": "float", "beta": "float"}, elementwise(hardSigmoid)},
	"PRelu":           {2, 2, none, prelu},
	"Clip":            {1, 3, map[string]string{"min": "float", "max": "float"}, clipTo},
	"Softmax":         {1, 1, axis, softmax(false)},
	"LogSoftmax":      {1, 1, axis, softmax(true)},

	"ReduceSum":  {1, 2, reduceAttributes, reduce(sumOf)},
	"ReduceMean": {1, 2, reduceAttributes, reduce(meanOf)},
	"ReduceMax":  {1, 2, reduceAttributes, reduce(maxOf)},
	"ReduceMin":  {1, 2, reduceAttributes, reduce(minOf)},

	"Sin": {1, 1, none, plain(math.Sin)},
	"Cos": {1, 1, none, plain(math.Cos)},

	"Equal":          {2, 2, none, compare(equal)},
	"Less":           {2, 2, none, compare(less)},
	"LessOrEqual":    {2, 2, none, compare(lessOrEqual)},
	"Greater":        {2, 2, none, compare(greater)},
	"GreaterOrEqual": {2, 2, none, compare(greaterOrEqual)},
	"And":            {2, 2, none, logic(func(p, q bool) bool { return p && q })},
	"Or":             {2, 2, none, logic(func(p, q bool) bool { return p || q })},
	"Xor":            {2, 2, none, logic(func(p, q bool) bool { return p != q })},
	"Not":            {1, 1, none, not},
	"IsNaN":          {1, 1, none, test(isNaN)},
	"IsInf":          {1, 1, map[string]string{"detect_negative": "int", "detect_positive": "int"}, test(isInf)},
	"Where":          {3, 3, none, where},
	"ArgMax":         {1, 1, map[string]string{"axis": "int", "keepdims": "int", "select_last_index": "int"}, argMax},
	"Cast":           {1, 1, map[string]string{"to": "int", "saturate": "int"}, cast},

	"Identity":  {1, 1, none, func(c *call) (*onnx.Tensor, error) { return c.in[0], nil }},
	"Constant":  {0, 0, constantAttributes, constant},
	"Flatten":   {1, 1, axis, flatten},
	"Reshape":   {2, 2, map[string]string{"allowzero": "int"}, reshape},
	"Squeeze":   {1, 2, axes, squeeze},
	"Unsqueeze": {1, 2, axes, unsqueeze},
	"Transpose": {1, 1, map[string]string{"perm": "list of ints"}, transpose},
	"Concat":    {1, math.MaxInt, axis, concat},
	"Gather":    {2, 2, axis, gather},
	"Shape":     {1, 1, map[string]string{"start": "int", "end": "int"}, shapeOf},

	"ai.onnx.ml.LabelEncoder": {1, 1, labelAttributes, labelEncoder},
}
