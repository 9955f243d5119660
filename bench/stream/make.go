package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strconv"
)

// names are the columns of the table; bought is what is to be learnt.
const names = "id,channel,region,product,price,discount,visits,age,income,score,latitude,longitude,member,bought\n"

// The categories of the table.
var channels = []string{"search", "mail", "direct", "partner", "social"}

const regions, products = 16, 40

// makeTable writes a table of sales: whole numbers, numbers with decimals, categories, yes and no, and missing values. The same
// rows come out for the same number of rows, everywhere.
//
// Whether something is bought depends on the price after discount against the income, on the visits, the channel and the product,
// and on chance.
func makeTable(w io.Writer, rows int) error {
	rng := rand.New(rand.NewPCG(10, 7))
	out := bufio.NewWriterSize(w, 1<<20)
	out.WriteString(names)
	var line []byte
	for i := range rows {
		channel, region, product := rng.IntN(len(channels)), rng.IntN(regions), rng.IntN(products)
		discount := rng.IntN(51)
		visits := 1 + rng.IntN(30)
		age := 18 + rng.IntN(70)
		income := 20000 + 60000*(rng.Float64()+rng.Float64())
		price := 5 + 495*rng.Float64()*rng.Float64()
		score := rng.Float64()
		member := rng.IntN(3) == 0

		z := 2 - price*(1-float64(discount)/100)*80/income*10 + 0.08*float64(visits) + 0.5*float64(channel%3) - 1.2*float64(product%4) + 2*(score-0.5)
		if member {
			z += 0.8
		}
		line = strconv.AppendInt(line[:0], int64(100_000_001+i), 10)
		line = append(append(line, ','), channels[channel]...)
		line = append(append(append(line, ",region "...), byte('A'+region)), "-01"...)
		line = append(line, ",product-"...)
		line = strconv.AppendInt(line, int64(1100+product), 10)
		line = decimal(line, price, 2)
		line = whole(line, discount)
		line = whole(line, visits)
		if rng.IntN(50) == 0 {
			line = append(line, ',') // unknown
		} else {
			line = whole(line, age)
		}
		line = decimal(line, income, 2)
		if rng.IntN(100) == 0 {
			line = append(line, ",NA"...)
		} else {
			line = decimal(line, score, 6)
		}
		line = decimal(line, 47+8*rng.Float64(), 6)
		line = decimal(line, 6+9*rng.Float64(), 6)
		line = truth(line, member)
		line = truth(line, rng.Float64() < 1/(1+math.Exp(-z)))
		line = append(line, '\n')
		if _, err := out.Write(line); err != nil {
			return err
		}
	}
	return out.Flush()
}

func whole(line []byte, v int) []byte { return strconv.AppendInt(append(line, ','), int64(v), 10) }

// decimal writes a number that is not negative with so many decimals, cut off.
func decimal(line []byte, v float64, decimals int) []byte {
	unit := int64(math.Pow10(decimals))
	n := int64(v * float64(unit))
	line = strconv.AppendInt(append(line, ','), n/unit, 10)
	return fmt.Appendf(line, ".%0*d", decimals, n%unit)
}

func truth(line []byte, yes bool) []byte {
	if yes {
		return append(line, ",yes"...)
	}
	return append(line, ",no"...)
}
