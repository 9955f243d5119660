package book

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"strings"
)

// Declaration returns the source of a function, method ("TwoLayerNet.Loss"), type, constant or variable with its comment,
// from the Go files in source.
func Declaration(source fs.FS, name string) (string, error) {
	files, err := fs.Glob(source, "*.go")
	if err != nil {
		return "", err
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := fs.ReadFile(source, file)
		if err != nil {
			return "", err
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, text, parser.ParseComments)
		if err != nil {
			return "", err
		}
		for _, d := range parsed.Decls {
			if doc, ok := declares(d, name); ok {
				from := d.Pos()
				if doc != nil {
					from = doc.Pos()
				}
				return string(text[set.Position(from).Offset:set.Position(d.End()).Offset]), nil
			}
		}
	}
	return "", fmt.Errorf("no declaration of %s in the source", name)
}

// declares reports whether d declares name, and returns its comment.
func declares(d ast.Decl, name string) (*ast.CommentGroup, bool) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		full := d.Name.Name
		if d.Recv != nil {
			full = receiver(d.Recv.List[0].Type) + "." + full
		}
		return d.Doc, full == name
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.Name == name {
					return d.Doc, true
				}
			case *ast.ValueSpec:
				for _, n := range s.Names {
					if n.Name == name {
						return d.Doc, true
					}
				}
			}
		}
	}
	return nil, false
}

// receiver is the name of a method's type without pointer and type parameters.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}
