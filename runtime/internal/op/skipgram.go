package op

import (
	"fmt"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareSkipGram: SKIP_GRAM makes n-grams of the words of a text, the first string of its operand; their words are joined
// by spaces.
func prepareSkipGram(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	if in.DType != tensor.String || out.DType != tensor.String {
		return nil, unsupported("input %s with output %s", in.DType, out.DType)
	}
	o := options[tflite.SkipGramOptions](n)
	g := &grams{node: n, SkipGram: kernel.SkipGram{N: o.NgramSize, Skip: o.MaxSkipSize, All: o.IncludeAllNgrams, Pool: n.Pool}}
	n.Dynamic = true
	return func() error {
		texts, err := stringsOf(in)
		if err != nil {
			return err
		}
		if texts.Len() == 0 {
			return fmt.Errorf("input %q has no text", in.Name)
		}
		g.Words(texts.At(0))
		if err := g.count(); err != nil {
			return err
		}
		g.text, g.ends = g.text[:0], append(g.ends[:0], 0)
		if err := g.Grams(g.add); err != nil {
			return err
		}
		return n.pack(out, tensor.Shape{len(g.ends) - 1}, g.at)
	}, nil
}

// grams collects n-grams one behind the other; their memory grows with what there is to keep.
type grams struct {
	kernel.SkipGram
	text []byte
	ends []int // of each n-gram in text, after a 0

	node  *Node
	taken int64 // bytes of all this
}

// count counts memory that has come to be needed.
func (g *grams) count() error {
	need := g.Bytes() + int64(cap(g.text)) + 8*int64(cap(g.ends))
	if need <= g.taken {
		return nil
	}
	more := need - g.taken
	g.taken = need
	return g.node.take(more)
}

func (g *grams) add(gram []int) error {
	for i, word := range gram {
		if i > 0 {
			g.text = append(g.text, ' ')
		}
		g.text = append(g.text, g.Word(word)...)
	}
	g.ends = append(g.ends, len(g.text))
	if len(g.text)+8*len(g.ends) > maxBytes {
		return fmt.Errorf("%d n-grams of %d bytes are too many", len(g.ends)-1, len(g.text))
	}
	return g.count()
}

func (g *grams) at(i int) []byte { return g.text[g.ends[i]:g.ends[i+1]] }
