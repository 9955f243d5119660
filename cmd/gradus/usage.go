package main

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/gradus-nn/gradus/internal/exit"
)

// columns is the width that help is written for.
const columns = 80

// groupKey marks a flag with the heading that it stands under in the help.
const groupKey = "group"

// groups puts every flag that a call of define adds under a heading.
func groups(cmd *cobra.Command, heading string, define func(f *pflag.FlagSet)) {
	f := pflag.NewFlagSet(heading, pflag.ContinueOnError)
	f.SortFlags = false
	define(f)
	f.VisitAll(func(flag *pflag.Flag) { flag.Annotations = map[string][]string{groupKey: {heading}} })
	cmd.Flags().AddFlagSet(f)
}

func help(cmd *cobra.Command, _ []string) {
	w := cmd.OutOrStdout()
	text := cmd.Long
	if text == "" {
		text = cmd.Short
	}
	fmt.Fprintf(w, "%s\n\n", strings.TrimSpace(text))
	writeUsage(w, cmd)
}

// newHelp is the command help, which unlike cobra's own does not pass over what it does not know.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "what a command does",
		RunE: func(cmd *cobra.Command, args []string) error {
			at := cmd.Root()
			for _, name := range args {
				next, _, err := at.Find([]string{name})
				if err != nil || next == at {
					return unknownCommand(at, name)
				}
				at = next
			}
			return at.Help()
		},
	}
}

func usage(cmd *cobra.Command) error {
	writeUsage(cmd.ErrOrStderr(), cmd)
	return nil
}

func writeUsage(w io.Writer, cmd *cobra.Command) {
	line := cmd.UseLine()
	if cmd.HasAvailableSubCommands() {
		line = cmd.CommandPath() + " COMMAND [flags]"
	}
	fmt.Fprintf(w, "Usage\n  %s\n", line)
	if len(cmd.Aliases) > 0 {
		fmt.Fprintf(w, "  also called: %s\n", strings.Join(cmd.Aliases, ", "))
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(w, "\nCommands\n")
		for _, sub := range cmd.Commands() {
			if sub.IsAvailableCommand() {
				fmt.Fprintf(w, "  %-12s%s\n", sub.Name(), sub.Short)
			}
		}
		fmt.Fprintf(w, "\n%s COMMAND --help tells more.\n", cmd.CommandPath())
	}
	if cmd.Example != "" {
		fmt.Fprintf(w, "\nExamples\n%s\n", strings.Trim(cmd.Example, "\n"))
	}
	for _, g := range flagGroups(cmd) {
		fmt.Fprintf(w, "\n%s\n", g.name)
		for _, f := range g.flags {
			writeFlag(w, f)
		}
	}
}

// flagColumn is where the explanations of flags begin.
const flagColumn = 24

// writeFlag explains a flag: "  --lr RATE             learning rate".
func writeFlag(w io.Writer, f *pflag.Flag) {
	name := "  --" + f.Name
	if f.Shorthand != "" {
		name = "  -" + f.Shorthand + ", --" + f.Name
	}
	value, text := explain(f)
	switch {
	case f.NoOptDefVal != "" && value != "":
		name += "[=" + value + "]"
	case value != "":
		name += " " + value
	}
	indent := strings.Repeat(" ", flagColumn)
	line := name + strings.Repeat(" ", max(2, flagColumn-len([]rune(name))))
	column := len([]rune(line))
	for i, word := range strings.Fields(text) {
		n := len([]rune(word))
		if i > 0 && column+1+n > columns {
			line, column = line+"\n"+indent, flagColumn
		} else if i > 0 {
			line, column = line+" ", column+1
		}
		line, column = line+word, column+n
	}
	fmt.Fprintln(w, line)
}

// explain splits the text of a flag, "`RATE` learning rate", into what its value is called and what it does. A flag without
// a value has text alone.
func explain(f *pflag.Flag) (value, text string) {
	if rest, ok := strings.CutPrefix(f.Usage, "`"); ok {
		if value, text, ok = strings.Cut(rest, "`"); ok {
			return value, strings.TrimSpace(text)
		}
	}
	return "", f.Usage
}

type flagGroup struct {
	name  string
	flags []*pflag.Flag
}

func flagGroups(cmd *cobra.Command) []flagGroup {
	var all []flagGroup
	add := func(f *pflag.Flag) {
		heading := "Flags"
		if g := f.Annotations[groupKey]; len(g) > 0 {
			heading = g[0]
		}
		if cmd.InheritedFlags().Lookup(f.Name) != nil || f.Name == "help" {
			heading = "Everywhere"
		}
		i := slices.IndexFunc(all, func(g flagGroup) bool { return g.name == heading })
		if i < 0 {
			i = len(all)
			all = append(all, flagGroup{name: heading})
		}
		all[i].flags = append(all[i].flags, f)
	}
	cmd.LocalFlags().VisitAll(add)
	cmd.InheritedFlags().VisitAll(add)
	slices.SortStableFunc(all, func(a, b flagGroup) int { // what is everywhere comes last
		return boolInt(a.name == "Everywhere") - boolInt(b.name == "Everywhere")
	})
	return all
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

var (
	unknownFlag  = regexp.MustCompile(`^unknown flag: --(.*)$`)
	unknownShort = regexp.MustCompile(`^unknown shorthand flag: '(.)' in -(.*)$`)
	badValue     = regexp.MustCompile(`(?s)^invalid argument (".*") for "(?:-\w, )?--([^"]*)" flag: (.*)$`)
	noValue      = regexp.MustCompile(`^flag needs an argument: (?:--(.*)|'.' in -(.*))$`)
)

// flagError says what is wrong with a flag in the words of the command line.
func flagError(cmd *cobra.Command, err error) error {
	if errors.Is(err, pflag.ErrHelp) {
		return err
	}
	text := err.Error()
	if m := unknownFlag.FindStringSubmatch(text); m != nil {
		name, _, _ := strings.Cut(m[1], "=")
		return exit.Usagef("%s: unknown flag --%s%s", cmd.CommandPath(), name, didYouMean(name, flagNames(cmd), "--", ""))
	}
	if m := unknownShort.FindStringSubmatch(text); m != nil {
		if m[1] >= "0" && m[1] <= "9" {
			return exit.Usagef("%s: -%s is below 0, which fits nowhere here", cmd.CommandPath(), m[2])
		}
		if near := nearest(m[2], flagNames(cmd)); near != "" {
			return exit.Usagef("%s: unknown flag -%s; did you mean --%s?", cmd.CommandPath(), m[2], near)
		}
		return exit.Usagef("%s: unknown flag -%s; a name that begins with - is written ./-%s", cmd.CommandPath(), m[2], m[2])
	}
	if m := noValue.FindStringSubmatch(text); m != nil {
		name := m[1] + m[2]
		return exit.Usagef("%s: --%s needs a value: %s", cmd.CommandPath(), name, wanted(cmd, name))
	}
	if m := badValue.FindStringSubmatch(text); m != nil {
		if strings.HasPrefix(m[3], "given twice") {
			return exit.Usagef("%s: --%s is %s; give it once", cmd.CommandPath(), m[2], m[3])
		}
		if want := wanted(cmd, m[2]); want != "" {
			return exit.Usagef("%s: --%s is %s; want %s", cmd.CommandPath(), m[2], m[1], want)
		}
	}
	return exit.Usagef("%s: %s", cmd.CommandPath(), text)
}

// wanted says what a flag takes.
func wanted(cmd *cobra.Command, name string) string {
	f := cmd.Flags().Lookup(name)
	if f == nil {
		return ""
	}
	switch f.Value.Type() {
	case "int":
		return "a whole number"
	case "duration":
		return "a time such as 5s"
	case "uint64":
		return "a whole number from 0 to 18446744073709551615"
	case "float64":
		return "a number"
	case shareOrFile:
		return "a share such as 0.2, a number of examples, or a file of them"
	case "bool":
		return "true or false"
	}
	value, text := explain(f)
	return strings.TrimSpace(value + ", " + text)
}

func unknownCommand(cmd *cobra.Command, name string) error {
	var names []string
	for _, sub := range cmd.Commands() {
		names = append(names, sub.Name())
		names = append(names, sub.Aliases...)
	}
	return exit.Usagef("unknown command %q%s; %s help lists them", name, didYouMean(name, names, cmd.CommandPath()+" ", ""), cmd.Root().Name())
}

// flagNames lists all names that a command's flags go by.
func flagNames(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	for alias, name := range aliases {
		if slices.Contains(names, name) && !slices.Contains(names, alias) {
			names = append(names, alias)
		}
	}
	slices.Sort(names)
	return names
}

func didYouMean(name string, known []string, before, after string) string {
	if near := nearest(name, known); near != "" {
		return fmt.Sprintf("; did you mean %s%s%s?", before, near, after)
	}
	return ""
}

// nearest returns the known name that is likely meant, or nothing.
func nearest(name string, known []string) string {
	name = strings.ToLower(name)
	best, least := "", max(2, len(name)/3)+1
	for _, k := range known {
		d := distance(name, k)
		if len(name) >= 3 && strings.HasPrefix(k, name) {
			d = 1
		}
		if d < least {
			best, least = k, d
		}
	}
	return best
}

// distance is the number of letters to insert, delete, replace or swap with a neighbour that turn a into b
// (Damerau's distance, each letter touched once).
func distance(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			replace := d[i-1][j-1] + boolInt(a[i-1] != b[j-1])
			d[i][j] = min(replace, d[i-1][j]+1, d[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
