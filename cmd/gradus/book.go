package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gradus-nn/gradus/book"
	"github.com/gradus-nn/gradus/book/contents"
	"github.com/gradus-nn/gradus/internal/exit"
)

func newBook(c *console) *cobra.Command {
	var (
		weights string
		code    bool
		quick   bool
	)
	cmd := &cobra.Command{
		Use:   "book [BOOK CHAPTER]",
		Short: "the chapters of Saito and Nielsen: code, numbers, pictures",
		Long: `book runs a chapter of Saito's Deep Learning from Scratch or of Nielsen's Neural
Networks and Deep Learning: what it shows, the names of the book and those here,
the source of the chapter's functions, and every number beside the one that the
book prints. A number that differs is an error, with exit code 4.

Alone it lists the chapters. docs/book.md is the index of the books' names.`,
		Example: `  gradus book
  gradus book saito 4
  gradus book saito 3 --weights sample_weight.pkl
  gradus book nielsen 2 --code=false`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listChapters(c)
			}
			chapter, err := findChapter(args)
			if err != nil {
				return err
			}
			ctx, stop := interruptible(c)
			defer stop()
			err = chapter.Show(ctx, c.out, book.Options{Weights: weights, Code: code, Quick: quick, Width: columns})
			var wrong *book.WrongError
			if errors.As(err, &wrong) {
				return exit.With(exit.Check, err)
			}
			return err
		},
	}
	cmd.Flags().StringVar(&weights, "weights", "", "`FILE` with the ready weights of Saito's chapter 3, sample_weight.pkl")
	cmd.Flags().BoolVar(&code, "code", true, "show the source; --code=false leaves it out")
	cmd.Flags().BoolVar(&quick, "quick", false, "fewer steps where a training takes seconds and has no published result")
	return cmd
}

// findChapter takes "saito 4", "saito ch4" and "saito/ch04".
func findChapter(args []string) (book.Chapter, error) {
	name, number, _ := strings.Cut(strings.Join(args, "/"), "/")
	n, err := strconv.Atoi(strings.TrimPrefix(strings.ToLower(number), "ch"))
	if err != nil {
		return book.Chapter{}, exit.Usagef("gradus book: want a book and a chapter, such as saito 4, have %q", strings.Join(args, " "))
	}
	chapter, err := contents.Find(name, n)
	if err != nil {
		return book.Chapter{}, exit.Usagef("gradus book: %v", err)
	}
	return chapter, nil
}

func listChapters(c *console) error {
	for _, chapter := range contents.Chapters {
		fmt.Fprintf(c.out, "gradus book %-10s %s\n", chapter.Name(), chapter.Title)
		for _, s := range chapter.Sections {
			fmt.Fprintf(c.out, "    %s\n", s.Title)
		}
	}
	return nil
}
