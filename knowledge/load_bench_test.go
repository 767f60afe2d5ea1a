package knowledge

import "testing"

// BenchmarkLoad is what every start pays before the first answer.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(Overlay{}); err != nil {
			b.Fatal(err)
		}
	}
}
