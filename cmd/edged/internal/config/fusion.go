package config

import (
	"time"

	"edged/models"
)

// Fusion is a model that joins the embeddings of a pipeline's encoders.
type Fusion struct {
	// A .tflite file, or the name of a built-in model. Its card says which encoders' embeddings it takes; without, it takes
	// those of all, in the order of encoders.
	Model string `yaml:"model,omitempty"`
	// An embedding older than this is missing. Default: 2s.
	StaleAfter Duration `yaml:"stale_after,omitempty"`
	// Threads of the engine. Default: 1.
	Threads int `yaml:"threads,omitempty"`
}

// Caption is a model that puts what a fusion model found into words.
type Caption struct {
	// A .tflite file, or the name of a built-in model.
	Model string `yaml:"model,omitempty"`
	// changed: when the labels are others than those of the last caption. always: with each result. Default: changed.
	When When `yaml:"when,omitempty"`
	// The most words of a sentence. Default: 32.
	Longest int `yaml:"longest,omitempty"`
	// How many beginnings of a sentence are tried side by side. Default: 1.
	Beam int `yaml:"beam,omitempty"`
}

// When says with which results something is done.
type When string

// When a caption comes.
const (
	Changed When = "changed"
	Always  When = "always"
)

// Names is one name or several.
type Names []string

// MarshalYAML writes one name as a word.
func (n Names) MarshalYAML() (any, error) {
	if len(n) == 1 {
		return n[0], nil
	}
	return []string(n), nil
}

// Limits of a caption.
const (
	mostWords = 1024
	mostBeam  = 16
)

func (c *Config) fillInFusion(p *Pipeline) {
	if f := p.Fusion; f != nil {
		if f.StaleAfter == 0 {
			f.StaleAfter = defaultStale
		}
		if f.Threads == 0 {
			f.Threads = 1
		}
		if IsFile(f.Model) {
			f.Model = c.absolute(f.Model)
		}
	}
	if s := p.Heads.Caption; s != nil {
		if s.When == "" {
			s.When = Changed
		}
		if IsFile(s.Model) {
			s.Model = c.absolute(s.Model)
		}
	}
}

func (v *validator) fusion(path string, p *Pipeline) {
	if f := p.Fusion; f != nil {
		if f.Model == "" {
			v.errorAt(path+".fusion", "add model: FILE.tflite", "no model")
		}
		v.threads(path+".fusion.threads", f.Threads)
		v.atLeast(path+".fusion.stale_after", f.StaleAfter, time.Duration(p.Every))
	}
	c := p.Heads.Caption
	if c == nil {
		return
	}
	path += ".heads.caption"
	switch {
	case p.Fusion == nil:
		v.errorAt(path, "add fusion: { model: FILE.tflite }", "a caption needs a fusion model, whose findings it says")
	case c.Model == "":
		v.errorAt(path, "add model: FILE.tflite", "no model")
	}
	if c.When != Changed && c.When != Always {
		v.errorAt(path+".when", "known: changed, always", "unknown time %q", c.When)
	}
	if c.Longest < 0 || c.Longest > mostWords {
		v.errorAt(path+".longest", "", "%d words; want 1 to %d", c.Longest, mostWords)
	}
	if c.Beam < 0 || c.Beam > mostBeam {
		v.errorAt(path+".beam", "", "%d beginnings; want 1 to %d", c.Beam, mostBeam)
	}
}

// encoderTasks are the tasks that an encoder may have.
func encoderTasks(fused bool) []models.Task {
	if fused {
		return []models.Task{models.Labels, models.Detections, models.Yolo, models.Embedding}
	}
	return []models.Task{models.Labels, models.Detections, models.Yolo}
}
