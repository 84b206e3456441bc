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
	// Threads of the engine at most. Those beyond the first are the processors' that other models leave free. Default: 1.
	Threads int `yaml:"threads,omitempty"`
}

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
	c.fillInCaption(p.Heads.Caption)
}

func (v *validator) fusion(path string, p *Pipeline) {
	if f := p.Fusion; f != nil {
		if f.Model == "" {
			v.errorAt(path+".fusion", "add model: FILE.tflite", "no model")
		}
		v.threads(path+".fusion.threads", f.Threads)
		v.atLeast(path+".fusion.stale_after", f.StaleAfter, time.Duration(p.Every))
	}
	v.caption(path+".heads.caption", p.Heads.Caption, p.Fusion != nil)
}

// encoderTasks are the tasks that an encoder may have.
func encoderTasks(fused bool) []models.Task {
	if fused {
		return []models.Task{models.Labels, models.Detections, models.Yolo, models.Embedding}
	}
	return []models.Task{models.Labels, models.Detections, models.Yolo}
}
