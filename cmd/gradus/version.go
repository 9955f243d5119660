package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/gradus-nn/gradus/internal/build"
)

func newVersion(c *console) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "which gradus this is",
		Long:  "version prints the version of gradus, the Go that built it, and the platform.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := noArguments(cmd, args); err != nil {
				return err
			}
			b := build.Read()
			if asJSON {
				return c.printJSON(struct {
					Schema string `json:"schema"`
					build.Info
				}{"gradus.version/1", b})
			}
			fmt.Fprintf(c.out, "gradus %v %s %s/%s\n", b, b.Go, b.OS, b.Arch)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as one JSON document")
	return cmd
}
