package tflite

import (
	"fmt"
	"math"
)

// The getters convert numbers and bools into each other, as TensorFlow Lite's own reader does, because converters
// store 1 where 1.0 is meant. A missing key gives def; a value that cannot be converted is an error that names the key.

// Int returns the integer under key. Floats lose their fraction.
func (m FlexMap) Int(key string, def int) (int, error) {
	v, ok := m[key]
	if !ok {
		return def, nil
	}
	f, err := v.number(key)
	if err != nil {
		return 0, err
	}
	i := v.Int
	if v.Kind == FlexFloat {
		if !(math.Abs(f) < 1<<62) {
			return 0, fmt.Errorf("option %q: %g is no integer", key, f)
		}
		i = int64(f)
	}
	if i != int64(int(i)) {
		return 0, fmt.Errorf("option %q: %d does not fit an int", key, i)
	}
	return int(i), nil
}

// Float returns the number under key.
func (m FlexMap) Float(key string, def float64) (float64, error) {
	v, ok := m[key]
	if !ok {
		return def, nil
	}
	return v.number(key)
}

// Bool returns the truth under key; a number is true unless it is 0.
func (m FlexMap) Bool(key string, def bool) (bool, error) {
	v, ok := m[key]
	if !ok {
		return def, nil
	}
	f, err := v.number(key)
	return f != 0, err
}

// Text returns the string under key.
func (m FlexMap) Text(key, def string) (string, error) {
	v, ok := m[key]
	if !ok {
		return def, nil
	}
	if v.Kind != FlexString {
		return "", fmt.Errorf("option %q is not a string", key)
	}
	return v.String, nil
}

// Ints returns the vector of integers under key; nil where there is none.
func (m FlexMap) Ints(key string) ([]int, error) {
	v, err := m.list(key)
	if err != nil || v == nil {
		return nil, err
	}
	out := make([]int, len(v))
	for i, e := range v {
		name := fmt.Sprintf("%s[%d]", key, i)
		if out[i], err = (FlexMap{name: e}).Int(name, 0); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Floats returns the vector of numbers under key; nil where there is none.
func (m FlexMap) Floats(key string) ([]float64, error) {
	v, err := m.list(key)
	if err != nil || v == nil {
		return nil, err
	}
	out := make([]float64, len(v))
	for i, e := range v {
		if out[i], err = e.number(fmt.Sprintf("%s[%d]", key, i)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (m FlexMap) list(key string) ([]FlexValue, error) {
	v, ok := m[key]
	if ok && v.Kind != FlexVector {
		return nil, fmt.Errorf("option %q is not a vector", key)
	}
	return v.Vector, nil
}

func (v FlexValue) number(key string) (float64, error) {
	switch v.Kind {
	case FlexInt, FlexBool:
		return float64(v.Int), nil
	case FlexFloat:
		return v.Float, nil
	}
	return 0, fmt.Errorf("option %q is not a number", key)
}
