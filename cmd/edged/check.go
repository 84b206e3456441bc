package main

import (
	"errors"

	"github.com/spf13/cobra"

	"edged/cmd/edged/internal/config"
)

func newCheck(a *app) *cobra.Command {
	var path string
	var schema bool
	cmd := &cobra.Command{
		Use:   "check -c edged.yaml",
		Short: "Validate a config file and print the effective config",
		Long: `Validate a config file and print the effective config: defaults filled in, paths absolute.
Everything that is wrong is printed with line and column. What the config names is opened as edged run does: recordings
must be there, and models must be such as this edged can run on the samples of their sensors. Only live
devices and the broker are not asked: they may come later.
Secrets are never printed.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if schema {
				_, err := a.out.Write(config.Schema())
				return err
			}
			c, err := loadConfig(path)
			if err != nil {
				return err
			}
			if err := checkParts(c, a.env); err != nil {
				return err
			}
			return c.Print(a.out)
		},
	}
	configFlag(cmd, &path)
	cmd.Flags().BoolVar(&schema, "schema", false, "print the JSON Schema of the config file instead")
	return cmd
}

// checkParts opens all that c names, as edged run would.
func checkParts(c *config.Config, env func(string) string) error {
	p := openParts(c, env)
	if err := p.Close(); err != nil {
		return err
	}
	return config.Join(c.Files(), p.faults)
}

func configFlag(cmd *cobra.Command, path *string) {
	cmd.Flags().StringVarP(path, "config", "c", "", "the config `file`")
	cobra.CheckErr(cmd.MarkFlagFilename("config", "yaml", "yml"))
}

// loadConfig reads the config that -c names.
func loadConfig(path string) (*config.Config, error) {
	if path == "" {
		return nil, misuse{errors.New("no config; give one with -c edged.yaml")}
	}
	return config.Load(path)
}
