package kernel

import "math"

// The element functions of one number: fixed polynomials for float32, package math for float64.

func exp[F Float](x F) F     { return F(math.Exp(float64(x))) }
func log[F Float](x F) F     { return F(math.Log(float64(x))) }
func tanh[F Float](x F) F    { return F(math.Tanh(float64(x))) }
func sigmoid[F Float](x F) F { return F(1 / (1 + math.Exp(-float64(x)))) }

func expm1[F Float](x F) F { return F(math.Expm1(float64(x))) }
func gelu[F Float](x F) F  { return F(float64(x) * math.Erfc(-float64(x)/math.Sqrt2) / 2) }
func softplus[F Float](x F) F {
	return F(max(float64(x), 0) + math.Log1p(math.Exp(-math.Abs(float64(x)))))
}

func geluSlope[F Float](x F) F {
	v := float64(x)
	return F(math.Erfc(-v/math.Sqrt2)/2 + v*math.Exp(-v*v/2)/math.Sqrt(2*math.Pi))
}

func sqrt[F Float](x F) F { return F(math.Sqrt(float64(x))) }
