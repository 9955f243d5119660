// Package contents lists the chapters of both books.
package contents

import (
	"fmt"
	"strings"

	"github.com/gradus-nn/gradus/book"
	nielsen01 "github.com/gradus-nn/gradus/book/nielsen/ch01"
	nielsen02 "github.com/gradus-nn/gradus/book/nielsen/ch02"
	nielsen03 "github.com/gradus-nn/gradus/book/nielsen/ch03"
	saito02 "github.com/gradus-nn/gradus/book/saito/ch02"
	saito03 "github.com/gradus-nn/gradus/book/saito/ch03"
	saito04 "github.com/gradus-nn/gradus/book/saito/ch04"
	saito05 "github.com/gradus-nn/gradus/book/saito/ch05"
	saito06 "github.com/gradus-nn/gradus/book/saito/ch06"
)

// Chapters lists them in the order of the books. A new chapter is a package and a line here.
var Chapters = []book.Chapter{
	saito02.Chapter, saito03.Chapter, saito04.Chapter, saito05.Chapter, saito06.Chapter,
	nielsen01.Chapter, nielsen02.Chapter, nielsen03.Chapter,
}

// Find returns the chapter with that number of the named book.
func Find(name string, number int) (book.Chapter, error) {
	var numbers []string
	for _, c := range Chapters {
		if c.Book != strings.ToLower(name) {
			continue
		}
		if c.Number == number {
			return c, nil
		}
		numbers = append(numbers, fmt.Sprint(c.Number))
	}
	if numbers == nil {
		return book.Chapter{}, fmt.Errorf("no book is called %q; want saito or nielsen", name)
	}
	return book.Chapter{}, fmt.Errorf("%s has no chapter %d here; want one of %s", strings.ToLower(name), number, strings.Join(numbers, ", "))
}
