// Package ref has slow, obvious versions of package kernel's operators, written from the formula. Only tests import it.
package ref
