package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"edged/pipelines"
	"edged/pipelines/prep"
	"edged/runtime/tensor"
	"edged/sensors"
	"edged/sensors/replay"
)

// fileSource opens what feeds the input info from a file: raw tensors, or samples that the model's card says how to
// prepare, told apart by the file's extension.
func (o *inferOptions) fileSource(ctx context.Context, m *model, path string, info tensor.Info) (source, error) {
	ext := strings.ToLower(filepath.Ext(path))
	opts, fast := prep.Options{FrontEnd: m.frontEnd}, replay.Options{Pace: replay.Fast}
	switch {
	case slices.Contains([]string{".jpg", ".jpeg", ".png", ".bmp"}, ext):
		p, err := prep.ForFrame(info, m.card.Input, opts)
		if err != nil {
			return source{}, err
		}
		src, err := replay.OpenFrames(path, fast)
		return sampled(ctx, src, p, err)
	case ext == ".wav":
		p, err := prep.ForClip(info, m.card.Input, opts)
		if err != nil {
			return source{}, err
		}
		src, err := replay.OpenClips(path, fast)
		return sampled(ctx, src, p, err)
	case ext == ".csv":
		p, err := prep.ForReading(info, m.card.Input, opts)
		if err != nil {
			return source{}, err
		}
		src, err := replay.OpenReadings(path, fast)
		return sampled(ctx, src, p, err)
	}
	if info.DType == tensor.String {
		next, err := stringFeed(path, max(o.steps, 1))
		return source{next, false, func() {}}, err
	}
	next, file, err := rawFeed(path, info.DType.Bytes(info.Shape.Elems()), max(o.steps, 1))
	if err != nil {
		return source{}, err
	}
	return source{next, false, func() { _ = file.Close() }}, nil
}

// sampled makes a source of inputs from a source of samples, opened with err.
func sampled[T sensors.Sample](ctx context.Context, src sensors.Source[T], p pipelines.Preparer[T], err error) (source, error) {
	if err != nil {
		return source{}, err
	}
	var s T
	next := func(dst *tensor.Tensor) (bool, error) {
		for {
			if _, ok, err := p.Next(dst); ok || err != nil {
				return ok, err
			}
			if err := src.Read(ctx, &s); err == io.EOF {
				return false, nil
			} else if err != nil {
				return false, err
			}
			if err := p.Add(&s); err != nil {
				return false, fmt.Errorf("preparing: %w", err)
			}
		}
	}
	return source{next, true, func() { _ = src.Close() }}, nil
}
