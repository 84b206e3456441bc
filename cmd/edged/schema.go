package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"edged/cmd/edged/internal/config"
	"edged/pipelines/publish"
)

// ofConfig is the name of the config file's schema among those of payloads.
const ofConfig = "config"

func newSchema(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "schema [NAME]",
		Short: "Print the JSON Schema of what edged publishes",
		Long: `Print the JSON Schema (draft 2020-12) of what edged publishes, or of the config file. Without a name, list what there is,
and the topics below edged/<device>/ that it is of.`,
		Args:      cobra.MaximumNArgs(1),
		ValidArgs: schemaNames(),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listSchemas(a.out)
			}
			text, err := schemaOf(args[0])
			if err != nil {
				return misuse{err}
			}
			_, err = a.out.Write(text)
			return err
		},
	}
}

func schemaNames() []string {
	names := append(publish.SchemaNames(), ofConfig)
	slices.Sort(names)
	return names
}

func schemaOf(name string) ([]byte, error) {
	if name == ofConfig {
		return config.Schema(), nil
	}
	return publish.SchemaOf(name)
}

// listSchemas writes the name and the title of each.
func listSchemas(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, name := range schemaNames() {
		text, err := schemaOf(name)
		if err != nil {
			return err
		}
		var doc struct{ Title string }
		if err := json.Unmarshal(text, &doc); err != nil {
			return fmt.Errorf("schema %s: %w", name, err)
		}
		fmt.Fprintf(table, "%s\t%s\n", name, doc.Title)
	}
	return table.Flush()
}
