package console

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"html/template"
	"image/png"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
	"golang.org/x/crypto/argon2"
)

// argon2id with 19 MiB and two passes, the least that OWASP's password storage
// cheat sheet recommends; an old PC does it in well under a second.
const (
	hashMemory = 19 * 1024 // KiB
	hashPasses = 2
	hashBytes  = 32
	saltBytes  = 16
)

// hashing bounds how many passwords are hashed side by side: a crowd at the
// door must not take the memory of the residents' chat.
var hashing = make(chan struct{}, 2)

func argon(password string, salt []byte) []byte {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(password), salt, hashPasses, hashMemory, 1, hashBytes)
}

// hashPassword returns a password as it is kept, in the usual notation.
func hashPassword(password string) string {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails; it ends the program instead
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, hashMemory, hashPasses,
		b.EncodeToString(salt), b.EncodeToString(argon(password, salt)))
}

// nobody is a kept password that no password fits: a login that does not exist
// takes as long as one that does.
var nobody = "$argon2id$v=19$m=19456,t=2,p=1$" + strings.Repeat("A", 22) + "$" + strings.Repeat("A", 43)

// fits reports whether a password is the one kept.
func fits(password, kept string) bool {
	p := strings.Split(kept, "$")
	if len(p) != 6 {
		return false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(p[4])
	want, err2 := base64.RawStdEncoding.DecodeString(p[5])
	if err1 != nil || err2 != nil || len(want) != hashBytes {
		return false
	}
	return subtle.ConstantTimeCompare(argon(password, salt), want) == 1
}

// TOTP as every app on a phone does it (RFC 6238): SHA-1, six digits, 30 s.
const totpPeriod = 30

func newTOTP() string {
	b := make([]byte, 20)
	rand.Read(b)
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)
}

// totpStep returns the step whose code this is: the present one or a
// neighbour, for a phone whose clock is off. 0 when it is none.
func totpStep(secret, code string, now time.Time) int64 {
	at := now.Unix() / totpPeriod
	for _, step := range []int64{at, at - 1, at + 1} {
		want, err := hotp.GenerateCode(secret, uint64(step))
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return step
		}
	}
	return 0
}

// totpPicture draws the QR code that a phone's app reads.
func totpPicture(secret, town string) (template.URL, error) {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return "", fmt.Errorf("read secret: %w", err)
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "明白 " + town, AccountName: "控制台", Secret: raw, Algorithm: otp.AlgorithmSHA1, Period: totpPeriod})
	if err != nil {
		return "", fmt.Errorf("make key: %w", err)
	}
	img, err := key.Image(220, 220)
	if err != nil {
		return "", fmt.Errorf("draw QR code: %w", err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return "", fmt.Errorf("write QR code: %w", err)
	}
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())), nil
}

// recoveryCodes are for a lost phone: eight, each good once, 50 bits.
func recoveryCodes() []string {
	var out []string
	for range 8 {
		out = append(out, strings.ToLower(rand.Text()[:10]))
	}
	return out
}

// tidyCode is a code as typed, without what people put between its characters.
func tidyCode(s string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "-", "", "　", "").Replace(s))
}
