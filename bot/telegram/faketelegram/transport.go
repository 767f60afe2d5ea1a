package faketelegram

import (
	"bytes"
	"io"
	"net/http"
)

// Transport reaches the server without a network: the same calls, encoded and
// read as ever, but no socket under them. A rehearsal of a year makes some
// 200,000, of which sockets are half the work.
func (s *Server) Transport() http.RoundTripper { return transport{s} }

type transport struct{ s *Server }

// RoundTrip answers a call in the caller's goroutine.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	in := r.Clone(r.Context())
	if r.Body != nil {
		defer r.Body.Close()
	} else {
		in.Body = http.NoBody
	}
	w := &answer{code: http.StatusOK, header: http.Header{}}
	t.s.ServeHTTP(w, in)
	return &http.Response{StatusCode: w.code, Status: http.StatusText(w.code), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: r}, nil
}

// answer is what the server writes.
type answer struct {
	code   int
	header http.Header
	body   bytes.Buffer
}

func (w *answer) Header() http.Header         { return w.header }
func (w *answer) WriteHeader(code int)        { w.code = code }
func (w *answer) Write(p []byte) (int, error) { return w.body.Write(p) }
