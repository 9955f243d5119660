package columns

import (
	"math"
	"math/big"
	"math/bits"
)

// moments are mean and variance in one pass (Welford 1962).
type moments struct{ n, mean, squares float64 }

func (m *moments) add(v float64) {
	m.n++
	d := v - m.mean
	m.mean += d / m.n
	m.squares += float64(d * (v - m.mean))
}

func momentsOf(numbers []float64) (m moments) {
	for _, v := range numbers {
		m.add(v)
	}
	return m
}

// std returns the standard deviation of the population, as numbers are divided by it.
func (m *moments) std() float64 { return scale(math.Sqrt(m.squares / m.n)) }

// scale is a standard deviation; 1 where it is 0, so that a constant becomes 0 everywhere.
func scale(std float64) float64 {
	if std == 0 {
		return 1
	}
	return std
}

// A tally is the number, the sum and the sum of squares of whole numbers below 2^63, exactly: whatever order they come in, it is the same.
type tally struct {
	n       int
	sum     [2]uint64 // from the low word on, in two's complement
	squares [3]uint64
}

func (t *tally) add(u int64) {
	sign := u >> 63
	size := uint64((u ^ sign) - sign)
	high, low := bits.Mul64(size, size)
	t.addSums(1, uint64(u), uint64(sign), low, high)
}

// addSums adds n numbers with a sum and a sum of squares in two words each.
func (t *tally) addSums(n int, sum, sumHigh, squares, squaresHigh uint64) {
	t.n += n
	var carry uint64
	t.sum[0], carry = bits.Add64(t.sum[0], sum, 0)
	t.sum[1], _ = bits.Add64(t.sum[1], sumHigh, carry)
	t.squares[0], carry = bits.Add64(t.squares[0], squares, 0)
	t.squares[1], carry = bits.Add64(t.squares[1], squaresHigh, carry)
	t.squares[2] += carry
}

// sums returns both sums.
func (t *tally) sums() (sum, squares *big.Int) {
	sum = big.NewInt(int64(t.sum[1]))
	sum.Lsh(sum, 64).Add(sum, new(big.Int).SetUint64(t.sum[0]))
	squares = new(big.Int)
	for k := len(t.squares) - 1; k >= 0; k-- {
		squares.Lsh(squares, 64).Add(squares, new(big.Int).SetUint64(t.squares[k]))
	}
	return sum, squares
}

// A spread is how many numbers there are, their sum and the sum of their squares. Of decimal numbers these are exact; what is written in
// another way is taken together in the order in which it comes.
type spread struct {
	decimals [mostDigits + 1]tally // of the numbers with so many decimals, in units of the last
	others   moments
}

func (s *spread) len() int {
	n := int(s.others.n)
	for d := range s.decimals {
		n += s.decimals[d].n
	}
	return n
}

// moments returns the mean and the standard deviation of the population, to the last bit but one. They are infinite where a float64
// does not hold the others' squares.
func (s *spread) moments() (mean, std float64) {
	if s.len() == 0 {
		return math.NaN(), math.NaN()
	}
	if math.IsInf(s.others.squares, 0) || math.IsNaN(s.others.squares) {
		return s.others.mean, math.Inf(1)
	}
	var sum, squares, x, y big.Rat
	for d := range s.decimals {
		unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(d)), nil)
		a, b := s.decimals[d].sums()
		sum.Add(&sum, x.SetFrac(a, unit))
		squares.Add(&squares, x.SetFrac(b, new(big.Int).Mul(unit, unit)))
	}
	if s.others.n > 0 {
		x.SetFloat64(s.others.mean)
		y.SetFloat64(s.others.n)
		sum.Add(&sum, y.Mul(&y, &x))
		squares.Add(&squares, y.Mul(&y, &x))
		squares.Add(&squares, x.SetFloat64(s.others.squares))
	}
	n := new(big.Rat).SetInt64(int64(s.len()))
	sum.Quo(&sum, n)
	squares.Quo(&squares, n)
	squares.Sub(&squares, x.Mul(&sum, &sum))
	mean, _ = sum.Float64()
	variance, _ := squares.Float64()
	return mean, scale(math.Sqrt(max(0, variance)))
}
