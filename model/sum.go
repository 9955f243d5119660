package model

import (
	"crypto/sha256"
	"encoding/hex"
)

// SHA256 returns 64 hexadecimal digits that stand for the trained weights alone: the SHA-256 of the parameters in slab
// order (weights first, then biases and others; the order of Params), each as its IEEE 754 bits, little-endian. Two runs
// that give the same digits have given the same network, bit for bit. A checkpoint's digits are those of its weights.
func (m *Model) SHA256() string {
	h := sha256.New()
	for _, t := range m.Params {
		h.Write(t.Data)
	}
	return hex.EncodeToString(h.Sum(nil))
}
