package kernel

import "math"

// The element functions of the reference.

func expRef[F Float](x F) F     { return F(math.Exp(float64(x))) }
func logRef[F Float](x F) F     { return F(math.Log(float64(x))) }
func tanhRef[F Float](x F) F    { return F(math.Tanh(float64(x))) }
func sigmoidRef[F Float](x F) F { return F(1 / (1 + math.Exp(-float64(x)))) }

func sqrt[F Float](x F) F { return F(math.Sqrt(float64(x))) }
