package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/gradus-nn/gradus/dataset/catalog"
	"github.com/gradus-nn/gradus/dataset/imagefolder"
	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/picture"
	"github.com/gradus-nn/gradus/internal/terminal"
	"github.com/gradus-nn/gradus/nn"
)

func newDataExport(c *console) *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "export NAME|FOLDER DIR|FILE.csv",
		Short: "write a set as a folder of PNG files, or as a table",
		Long: `export writes every picture of a set as a PNG file of its own, in the layout
that gradus train FOLDER reads: DIR/train/CLASS/00042.png, DIR/test/CLASS/...
DIR must not exist, or be empty; it appears when it is complete. A set of named
columns (iris, wine, breast-cancer, diabetes) becomes a table, FILE.csv.`,
		Example: `  gradus data export mnist digits/
  gradus data export fashion-mnist/ fashion-png/
  gradus data export iris iris.csv`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return exit.Usagef("gradus data export: want a data set and a new folder, such as mnist digits/")
			}
			if limit < 0 {
				return exit.Usagef("gradus data export: --limit is %d; want 1 or more", limit)
			}
			train, test, info, err := catalog.Load(args[0], catalog.Options{Images: true})
			if err != nil {
				return exit.With(exit.Data, err)
			}
			if len(info.Columns) > 0 && info.Scaling != catalog.Pixels16 {
				return exportTable(c, args[1], train, test, info, limit)
			}
			height, width, ok := picture.Size(train.Shape)
			if len(train.Shape) == 3 && train.Shape[0] == 3 {
				height, width, ok = train.Shape[1], train.Shape[2], true
			}
			if named := len(info.Columns) > 0 && info.Scaling != catalog.Pixels16; !ok || named || info.Classes == nil {
				return exit.Dataf("gradus data export: %s has no pictures in classes", info.Name)
			}
			high := float32(255)
			if info.Scaling == catalog.Pixels16 {
				high = 255. / 16
			}
			if limit > 0 {
				train, test = train.Head(limit), test.Head(limit)
			}
			ctx, stop := interruptible(c)
			defer stop()
			parts := []imagefolder.Part{{Name: "train", Set: train}, {Name: "test", Set: test}}
			if err := imagefolder.Write(ctx, args[1], parts, width, height, high); err != nil {
				if ctx.Err() != nil {
					return exit.With(exit.Interrupted, fmt.Errorf("interrupted; %s has not been written", args[1]))
				}
				return exit.With(exit.Failed, err)
			}
			for _, class := range info.Classes {
				if folder := imagefolder.FolderName(class); folder != class {
					c.note("note", "the class %s is the folder %s", terminal.Clean(class), terminal.Clean(folder))
				}
			}
			c.note("wrote", "%s   %s to train on · %s to test   %d×%d", terminal.Clean(args[1]), nn.Thousands(train.Len()), nn.Thousands(test.Len()), width, height)
			return nil
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 0, "`N` first pictures of each part; all if not given")
	return cmd
}
