package expr

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Parse reads an expression:
//
//	sum     = product { ("+" | "-") product }
//	product = sign { ("*" | "/") sign }
//	sign    = [ "+" | "-" ] sign | power
//	power   = atom [ "^" sign ]          so -x^2 is -(x^2), and 2^3^2 is 2^(3^2)
//	atom    = number | name | name "(" sum { "," sum } ")" | "(" sum ")"
//
// ** is read as ^, as Python writes it. Variables are x and y, or x0 and x1; not of both kinds.
func Parse(text string) (*Expr, error) {
	p := &parser{text: text, used: map[string]int{}}
	if len(text) > maxLength {
		return nil, fmt.Errorf("expr: the expression has %d characters; want at most %d", len(text), maxLength)
	}
	for i, r := range text {
		if r == utf8.RuneError || r < ' ' && r != '\t' || r == 0x7f {
			p.pos = i
			return nil, p.wrong("this character cannot stand in an expression")
		}
	}
	root, err := p.sum()
	if err == nil {
		p.space()
		if p.pos < len(text) {
			err = p.unexpected("an operator such as + or *, or the end")
		}
	}
	if err == nil {
		err = p.mixed()
	}
	if err != nil {
		return nil, err
	}
	e := &Expr{text: strings.TrimSpace(text), root: root}
	for _, name := range []string{"x", "y", "x0", "x1"} {
		if _, ok := p.used[name]; ok {
			e.vars = append(e.vars, name)
		}
	}
	return e, nil
}

type parser struct {
	text  string
	pos   int
	depth int
	used  map[string]int // variables, and where each first stood
}

// mixed refuses x0 beside y and the like: which of them is which would be a guess.
func (p *parser) mixed() error {
	for _, pair := range [][2]string{{"x", "x0"}, {"x", "x1"}, {"y", "x0"}, {"y", "x1"}} {
		first, a := p.used[pair[0]]
		second, b := p.used[pair[1]]
		if a && b {
			p.pos = max(first, second)
			return p.wrong(fmt.Sprintf("%s and %s are of two kinds; want x and y, or x0 and x1", pair[0], pair[1]))
		}
	}
	return nil
}

func (p *parser) wrong(what string) error {
	shown := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return '?'
		}
		return r
	}, p.text)
	return &Error{Text: shown, Column: utf8.RuneCountInString(p.text[:p.pos]) + 1, What: what}
}

func (p *parser) unexpected(want string) error {
	if p.pos >= len(p.text) {
		return p.wrong("the expression ends here; want " + want)
	}
	r, _ := utf8.DecodeRuneInString(p.text[p.pos:])
	return p.wrong(fmt.Sprintf("%q is not expected here; want %s", string(r), want))
}

func (p *parser) space() {
	for p.pos < len(p.text) && (p.text[p.pos] == ' ' || p.text[p.pos] == '\t') {
		p.pos++
	}
}

// take consumes one of the operators and returns it, or 0.
func (p *parser) take(ops string) byte {
	p.space()
	if p.pos < len(p.text) && strings.IndexByte(ops, p.text[p.pos]) >= 0 {
		if p.text[p.pos] == '*' && strings.HasPrefix(p.text[p.pos:], "**") {
			return 0
		}
		p.pos++
		return p.text[p.pos-1]
	}
	return 0
}

// chain reads operands that are joined from left to right.
func (p *parser) chain(ops string, operand func() (node, error)) (node, error) {
	left, err := operand()
	for err == nil {
		op := p.take(ops)
		if op == 0 {
			return left, nil
		}
		var right node
		right, err = operand()
		left = binary{op, left, right}
	}
	return nil, err
}

func (p *parser) sum() (node, error)     { return p.chain("+-", p.product) }
func (p *parser) product() (node, error) { return p.chain("*/", p.sign) }

func (p *parser) sign() (node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.wrong(fmt.Sprintf("nested more than %d deep", maxDepth))
	}
	defer func() { p.depth-- }()
	switch p.take("+-") {
	case '-':
		of, err := p.sign()
		return negative{of}, err
	case '+':
		return p.sign()
	}
	base, err := p.atom()
	if err != nil {
		return nil, err
	}
	p.space()
	switch {
	case strings.HasPrefix(p.text[p.pos:], "**"):
		p.pos += 2
	case strings.HasPrefix(p.text[p.pos:], "^"):
		p.pos++
	default:
		return base, nil
	}
	exponent, err := p.sign()
	return binary{'^', base, exponent}, err
}

func (p *parser) atom() (node, error) {
	p.space()
	if p.pos >= len(p.text) {
		return nil, p.unexpected("a number, a variable or a parenthesis")
	}
	switch c := p.text[p.pos]; {
	case c == '(':
		p.pos++
		inner, err := p.sum()
		if err == nil && p.take(")") == 0 {
			err = p.unexpected(`")"`)
		}
		return inner, err
	case digit(c) || c == '.':
		return p.number()
	case letter(c):
		return p.name()
	}
	return nil, p.unexpected("a number, a variable or a parenthesis")
}

func digit(c byte) bool  { return '0' <= c && c <= '9' }
func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' }

// number reads 3, 0.01, .5 and 1e-4. An e without digits behind it is the constant.
func (p *parser) number() (node, error) {
	start := p.pos
	digits := func() (n int) {
		for ; p.pos < len(p.text) && digit(p.text[p.pos]); p.pos++ {
			n++
		}
		return n
	}
	n := digits()
	if p.pos < len(p.text) && p.text[p.pos] == '.' {
		p.pos++
		n += digits()
	}
	if n == 0 {
		p.pos = start
		return nil, p.unexpected("a number")
	}
	if mark := p.pos; mark < len(p.text) && p.text[mark]|0x20 == 'e' {
		p.pos++
		if p.pos < len(p.text) && (p.text[p.pos] == '+' || p.text[p.pos] == '-') {
			p.pos++
		}
		if digits() == 0 {
			p.pos = mark
		}
	}
	v, err := strconv.ParseFloat(p.text[start:p.pos], 64)
	if err != nil {
		p.pos = start
		return nil, p.wrong("this number is too large")
	}
	if p.pos < len(p.text) && letter(p.text[p.pos]) {
		return nil, p.wrong("a product needs its *: write 2*x for 2x")
	}
	return constant(v), nil
}

func (p *parser) name() (node, error) {
	start := p.pos
	for p.pos < len(p.text) && (letter(p.text[p.pos]) || digit(p.text[p.pos])) {
		p.pos++
	}
	name := strings.ToLower(p.text[start:p.pos])
	if f, ok := functions[name]; ok {
		return p.call(name, f)
	}
	if v, ok := variables[name]; ok {
		if _, seen := p.used[name]; !seen {
			p.used[name] = start
		}
		return v, nil
	}
	if c, ok := constants[name]; ok {
		return constant(c), nil
	}
	p.pos = start
	return nil, p.wrong(fmt.Sprintf("nothing is called %q; variables are x, y, x0 and x1, constants pi and e, functions %s", name, strings.Join(Names(), ", ")))
}

func (p *parser) call(name string, f function) (node, error) {
	if p.take("(") == 0 {
		return nil, p.unexpected(fmt.Sprintf(`"(" after %s`, name))
	}
	var args []node
	for {
		a, err := p.sum()
		if err != nil {
			return nil, err
		}
		args = append(args, a)
		if p.take(",") == 0 {
			break
		}
	}
	if len(args) != f.args {
		return nil, p.wrong(fmt.Sprintf("%s takes %d, have %d", name, f.args, len(args)))
	}
	if p.take(")") == 0 {
		return nil, p.unexpected(`")"`)
	}
	c := call{f: f.f}
	copy(c.args[:], args)
	return c, nil
}

// IsTwo reports whether the expression is a function of two variables.
func (e *Expr) IsTwo() bool { return slices.Contains(e.vars, "y") || slices.Contains(e.vars, "x1") }
