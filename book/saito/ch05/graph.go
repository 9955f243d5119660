// Package ch05 is chapter 5 of Saito's Deep Learning from Scratch: backpropagation through a graph, node by node.
package ch05

// MulLayer is a node that multiplies. Backward it sends each side the other one's value times what comes from above.
type MulLayer struct{ x, y float64 }

// Forward returns x·y and remembers both.
func (m *MulLayer) Forward(x, y float64) float64 {
	m.x, m.y = x, y
	return x * y
}

// Backward returns the derivatives in x and y, given that of what comes out.
func (m *MulLayer) Backward(dout float64) (dx, dy float64) { return dout * m.y, dout * m.x }

// AddLayer is a node that adds. Backward it passes on what comes from above.
type AddLayer struct{}

// Forward returns x + y.
func (AddLayer) Forward(x, y float64) float64 { return x + y }

// Backward returns the derivatives in x and y.
func (AddLayer) Backward(dout float64) (dx, dy float64) { return dout, dout }

// A Purchase is what is paid, and how it would change with each price and number.
type Purchase struct {
	Price                                        float64
	DApple, DAppleNum, DOrange, DOrangeNum, DTax float64
}

// BuyApples is the graph (apple × number) × tax.
func BuyApples(apple, appleNum, tax float64) Purchase {
	var mulApple, mulTax MulLayer

	applePrice := mulApple.Forward(apple, appleNum)
	price := mulTax.Forward(applePrice, tax)

	dApplePrice, dTax := mulTax.Backward(1)
	dApple, dAppleNum := mulApple.Backward(dApplePrice)
	return Purchase{Price: price, DApple: dApple, DAppleNum: dAppleNum, DTax: dTax}
}

// BuyApplesAndOranges is the graph (apple × number + orange × number) × tax.
func BuyApplesAndOranges(apple, appleNum, orange, orangeNum, tax float64) Purchase {
	var mulApple, mulOrange, mulTax MulLayer
	var add AddLayer

	applePrice := mulApple.Forward(apple, appleNum)
	orangePrice := mulOrange.Forward(orange, orangeNum)
	allPrice := add.Forward(applePrice, orangePrice)
	price := mulTax.Forward(allPrice, tax)

	dAllPrice, dTax := mulTax.Backward(1)
	dApplePrice, dOrangePrice := add.Backward(dAllPrice)
	dOrange, dOrangeNum := mulOrange.Backward(dOrangePrice)
	dApple, dAppleNum := mulApple.Backward(dApplePrice)
	return Purchase{price, dApple, dAppleNum, dOrange, dOrangeNum, dTax}
}
