package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"iter"
	"maps"
	"os"
)

// record is a case as a file: bytes in base64. TestDifferencesStayMended of package runtime reads it.
type record struct {
	Family  string
	Was     string // the difference, when it was found
	Choices []uint32
	Model   []byte
	Inputs  [][]byte
	Outputs [][]byte // LiteRT's
}

func (c *testCase) write(dir, was string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	r := record{Family: c.family.name, Was: was, Choices: c.choices, Model: c.model, Inputs: c.inputs, Outputs: c.want.Outputs}
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(c.path(dir), append(data, '\n'), 0o644)
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:4])
}

func keys[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }
