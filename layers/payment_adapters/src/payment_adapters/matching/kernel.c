/* The kernel of matching: what columns.py and join.py do, a row at a time. It proves rows equal and decides
 * nothing else. Compiled on demand by kernel.py, which documents the arguments; every function checks its
 * bounds before it reads and gives BAD if they do not hold. Story: docs/flows/matching.md. */
#include <stdint.h>
#include <string.h>

#define BAD (-1)
#define MOST_WORDS 64
#define AHEAD 24
#define TOGETHER 4 /* pairs that are brought near in one go: as much as a core waits for side by side */
#define STRETCHES 4096 /* of their file, by which pairs are put in order */
#define FACTOR UINT64_C(0x9E3779B97F4A7C15)
#define ZEROS UINT64_C(0x3030303030303030)
#define SPACES UINT64_C(0x2020202020202020)
#define SEVENS UINT64_C(0x7F7F7F7F7F7F7F7F)
#define SIXES UINT64_C(0x0606060606060606)
#define HIGH_NIBBLES UINT64_C(0xF0F0F0F0F0F0F0F0)
#define HIGH_HALF UINT64_C(0xFFFFFFFF00000000)
#define FIRST_DATE 19000101
#define LAST_DATE 21001231

typedef struct {
    int64_t at;    /* eight bytes of the record from here */
    int64_t left, right; /* bits it is shifted, one of them 0 */
    uint64_t mask;
    int64_t word;  /* which word of the cut they are a part of */
} piece;

typedef struct {
    const uint8_t *octets; /* rows * stride of them */
    int64_t rows, stride;
    const piece *pieces; /* in the order of their words */
    int64_t piece_count, word_count, key_words;
    const uint64_t *constants; /* word_count of them */
    int64_t role_word, role_shift;  /* role_word below 0: a cancel is no key of its own */
    int64_t effect_at, effect_size; /* effect_size 0: all are LIVE */
    const uint8_t *letters;         /* 256 or 65,536 of them */
    int64_t fee_word, fee_pad;      /* fee_word below 0: no fee */
    int64_t has_date;
    int64_t begin, end; /* the bytes of a record that are read */
} side;

typedef struct { /* eight bytes that are the same on both sides under a mask; below 0: the value's */
    int64_t our_at, their_at;
    uint64_t mask, value;
} chunk;

static uint64_t load(const uint8_t *from) {
    uint64_t word;
    memcpy(&word, from, sizeof word);
    return word;
}

static int is_usable(const side *one) {
    if (one->stride < 8 || one->rows < 0 || one->word_count < one->key_words + 3 || one->key_words < 1) return 0;
    if (one->word_count > MOST_WORDS || one->role_word >= one->key_words) return 0;
    if (one->role_shift < 0 || one->role_shift > 56) return 0;
    if (one->effect_size < 0 || one->effect_size > 2 || one->effect_at < 0) return 0;
    if (one->effect_at + one->effect_size > one->stride) return 0;
    if (one->begin < 0 || one->begin >= one->end || one->end > one->stride) return 0;
    if (one->fee_word >= 0 && (one->fee_word + 2 > one->word_count || one->fee_pad < 0 || one->fee_pad > 15)) return 0;
    for (int64_t number = 0; number < one->piece_count; number++) {
        const piece *it = &one->pieces[number];
        if (it->at < 0 || it->at + 8 > one->stride || it->word < 0 || it->word >= one->word_count) return 0;
        if (it->left < 0 || it->left > 56 || it->right < 0 || it->right > 56) return 0;
        if (number && it->word < one->pieces[number - 1].word) return 0;
    }
    return 1;
}

/* Have a record ahead brought near, as far as it is read. */
static void fetch(const side *one, int64_t row) {
    const uint8_t *record = one->octets + row * one->stride;
    for (int64_t at = one->begin; at < one->end; at += 64) __builtin_prefetch(record + at);
    __builtin_prefetch(record + one->end - 1);
}

static uint8_t letter_of(const side *one, const uint8_t *record) {
    const uint8_t *code = record + one->effect_at;
    if (one->effect_size == 0) return 'L';
    return one->letters[one->effect_size == 1 ? code[0] : code[0] | code[1] << 8];
}

static uint64_t spaces_as_zeros(uint64_t word) {
    uint64_t spaces = word ^ SPACES;
    return word | (~(((spaces & SEVENS) + SEVENS) | spaces | SEVENS)) >> 3;
}

/* Words of a record's cut from one to another, of which these pieces are a part. */
static void cut(const side *one, const uint8_t *record, uint8_t letter, const piece *restrict it, const piece *end,
                int64_t first, int64_t most, uint64_t *restrict words) {
    for (int64_t number = first; number < most; number++) words[number] = one->constants[number];
    for (; it < end; it++) words[it->word] |= load(record + it->at) << it->left >> it->right & it->mask;
    if (one->role_word >= first) words[one->role_word] |= (uint64_t)(letter & 0x20 ? 'C' : 'S') << one->role_shift;
    if (most > one->key_words) {
        words[one->key_words] = spaces_as_zeros(words[one->key_words]) | letter;
        words[one->key_words + 1] = spaces_as_zeros(words[one->key_words + 1]);
    }
}

static void cut_all(const side *one, const uint8_t *record, uint8_t letter, uint64_t *words) {
    cut(one, record, letter, one->pieces, one->pieces + one->piece_count, 0, one->word_count, words);
}

static int64_t pieces_of(const side *one, int64_t words) {
    int64_t count = 0;
    while (count < one->piece_count && one->pieces[count].word < words) count++;
    return count;
}

static uint64_t hash(const uint64_t *words, int64_t count) {
    uint64_t found = words[0] * FACTOR;
    for (int64_t number = 1; number < count; number++) found = ((found ^ found >> 32) ^ words[number]) * FACTOR;
    return (found ^ found >> 32) * FACTOR;
}

/* The tags of some records, without those that are no rows, and how many each partition of their upper bits
 * has; gives how many there are. */
int64_t tags(const side *one, int64_t first, int64_t last, int64_t index_bits, int64_t is_ours, int64_t bits,
             uint64_t *found, int64_t *counts) {
    if (!is_usable(one) || first < 0 || last > one->rows || index_bits < 1 || index_bits > 40) return BAD;
    if (bits < 1 || bits > 16) return BAD;
    uint64_t low = (UINT64_C(1) << (index_bits + 1)) - 1, its_side = is_ours ? 0 : UINT64_C(1) << index_bits;
    uint64_t words[MOST_WORDS];
    int64_t count = 0, pieces = pieces_of(one, one->key_words);
    for (int64_t row = first; row < last; row++) {
        const uint8_t *record = one->octets + row * one->stride;
        if (row + AHEAD < last) fetch(one, row + AHEAD);
        uint8_t letter = letter_of(one, record);
        if (letter == '.') continue;
        cut(one, record, letter, one->pieces, one->pieces + pieces, 0, one->key_words, words);
        found[count] = (hash(words, one->key_words) & ~low) | its_side | (uint64_t)row;
        counts[found[count++] >> (64 - bits)]++;
    }
    return count;
}

/* Put tags where their partition goes on; `ends` says how far each may go. */
int64_t scatter(const uint64_t *from, int64_t count, int64_t bits, int64_t *next, const int64_t *ends, uint64_t *to) {
    if (count < 0 || bits < 1 || bits > 16) return BAD;
    for (int64_t number = 0; number < count; number++) {
        uint64_t partition = from[number] >> (64 - bits);
        if (next[partition] >= ends[partition]) return BAD;
        to[next[partition]++] = from[number];
    }
    return count;
}

/* Sort the tags of one partition: by the bits behind its own into places, then each to where it belongs. */
static int sort(uint64_t *some, int64_t count, int64_t bits, int64_t *counts, int64_t most, uint64_t *spare) {
    int64_t width = 1, places;
    while ((INT64_C(1) << width) < count) width++;
    if ((places = INT64_C(1) << width) > most || bits + width > 63) return 0;
    memset(counts, 0, (size_t)places * sizeof *counts);
    for (int64_t number = 0; number < count; number++) counts[some[number] << bits >> (64 - width)]++;
    for (int64_t place = 0, sum = 0; place < places; place++) {
        int64_t here = counts[place];
        counts[place] = sum;
        sum += here;
    }
    for (int64_t number = 0; number < count; number++) spare[counts[some[number] << bits >> (64 - width)]++] = some[number];
    for (int64_t number = 0; number < count; number++) {
        uint64_t one = spare[number];
        int64_t place = number;
        for (; place > 0 && some[place - 1] > one; place--) some[place] = some[place - 1];
        some[place] = one;
    }
    return 1;
}

/* Tell pairs from the rest in one partition. `spare` holds `count` tags and `counts` `most` numbers; partners
 * has `rows` places; rest gets indexes of ours from its begin, of theirs from its end; gives how many of ours. */
int64_t join(uint64_t *some, int64_t count, int64_t bits, int64_t index_bits, uint64_t *spare, int64_t *counts,
             int64_t most, int32_t *partners, int64_t rows, int64_t *rest, int64_t *their_rest) {
    if (count < 0 || index_bits < 1 || index_bits > 31 || !sort(some, count, bits, counts, most, spare)) return BAD;
    uint64_t side_bit = UINT64_C(1) << index_bits, index = side_bit - 1;
    int64_t ours = 0, theirs = 0;
    for (int64_t begin = 0, end; begin < count; begin = end) {
        uint64_t key = some[begin] >> (index_bits + 1);
        for (end = begin + 1; end < count && some[end] >> (index_bits + 1) == key;) end++;
        if (end - begin == 2 && !(some[begin] & side_bit) && some[begin + 1] & side_bit) {
            int64_t row = (int64_t)(some[begin] & index);
            if (row >= rows) return BAD;
            partners[row] = (int32_t)(some[begin + 1] & index);
            continue;
        }
        for (int64_t number = begin; number < end; number++) {
            int64_t row = (int64_t)(some[number] & index);
            if (some[number] & side_bit) rest[count - ++theirs] = row;
            else rest[ours++] = row;
        }
    }
    *their_rest = theirs;
    return ours;
}

static int is_digits(uint64_t word) {
    return ((((word + SIXES) ^ ZEROS) | (word ^ ZEROS)) & HIGH_NIBBLES) == 0;
}

static uint64_t number_of(uint64_t word) {
    word = (word & UINT64_C(0x0F0F0F0F0F0F0F0F)) * 2561 >> 8;
    word = (word & UINT64_C(0x00FF00FF00FF00FF)) * 6553601 >> 16;
    return (word & UINT64_C(0x0000FFFF0000FFFF)) * UINT64_C(42949672960001) >> 32;
}

static int is_fee(const side *one, const uint64_t *words) {
    uint64_t fee[2] = {spaces_as_zeros(words[one->fee_word]), spaces_as_zeros(words[one->fee_word + 1])};
    int64_t shift = 8 * (one->fee_pad % 8);
    uint64_t *first = &fee[one->fee_pad / 8];
    if ((*first >> shift & 0xFF) == '-') *first += (uint64_t)('0' - '-') << shift;
    return is_digits(fee[0]) && is_digits(fee[1]);
}

/* Whether a cut holds what a reader would take; adds its won. `dates` has a place for each from FIRST_DATE on. */
static int is_sound(const side *one, const uint64_t *words, const uint8_t *dates, int64_t *won) {
    const uint64_t *head = words + one->key_words;
    uint64_t high = (head[0] & HIGH_HALF) | UINT64_C(0x30303030);
    if (!is_digits(high) || !is_digits(head[1]) || (head[0] & 0xFF) == 0) return 0;
    if (one->has_date) {
        uint64_t date = number_of(head[2]);
        if (!is_digits(head[2]) || date < FIRST_DATE || date > LAST_DATE || !dates[date - FIRST_DATE]) return 0;
    }
    if (one->fee_word >= 0 && !is_fee(one, words)) return 0;
    int64_t amount = (int64_t)(number_of(high) * 100000000 + number_of(head[1]));
    *won += head[0] & 0x20 ? -amount : amount;
    return 1;
}

static int are_usable(const chunk *chunks, int64_t count, const side *ours, const side *theirs) {
    for (int64_t number = 0; number < count; number++) {
        if (chunks[number].our_at + 8 > ours->stride || chunks[number].their_at + 8 > theirs->stride) return 0;
        if (chunks[number].our_at < 0 && chunks[number].their_at < 0) return 0;
    }
    return 1;
}

/* Whether two records say the same in the same bytes: most do. */
static int is_same(const chunk *chunks, int64_t count, const uint8_t *our, const uint8_t *their) {
    uint64_t unlike = 0;
    for (const chunk *it = chunks; it < chunks + count; it++) {
        uint64_t one = it->our_at < 0 ? it->value : load(our + it->our_at);
        unlike |= (one ^ (it->their_at < 0 ? it->value : load(their + it->their_at))) & it->mask;
    }
    return unlike == 0;
}

/* Put some of our rows that have a partner in the order of the partners' stretches of their file: a walk from
 * anywhere to anywhere in a gigabyte waits for its page tables, row after row. Gives how many they are. */
static int64_t put_in_order(const int32_t *partners, int64_t first, int64_t last, int64_t their_rows, int64_t *order) {
    int64_t next[STRETCHES + 1] = {0}, bits = 0;
    while (their_rows >> bits >= STRETCHES) bits++;
    for (int64_t row = first; row < last; row++) {
        if (partners[row] >= their_rows) return BAD;
        if (partners[row] >= 0) next[(partners[row] >> bits) + 1]++;
    }
    for (int64_t stretch = 0; stretch < STRETCHES; stretch++) next[stretch + 1] += next[stretch];
    int64_t pairs = next[STRETCHES];
    for (int64_t row = first; row < last; row++)
        if (partners[row] >= 0) order[next[partners[row] >> bits]++] = row;
    return pairs;
}

/* Compare pairs of some of our rows: unlike, with a place for each of them, gets the indexes of ours that are
 * not equal and sound, in any order; gives how many, and in told how many were equal and their won. */
int64_t compare(const side *ours, const side *theirs, const chunk *chunks, int64_t count, int64_t first,
                int64_t last, const int32_t *partners, const uint8_t *dates, int64_t *unlike, int64_t *told) {
    if (!is_usable(ours) || !is_usable(theirs) || first < 0 || last > ours->rows) return BAD;
    if (ours->word_count != theirs->word_count || !are_usable(chunks, count, ours, theirs)) return BAD;
    int64_t pairs = put_in_order(partners, first, last, theirs->rows, unlike);
    if (pairs < 0) return BAD;
    uint64_t our[MOST_WORDS], their[MOST_WORDS];
    int64_t found = 0, equal = 0, won = 0;
    const piece *head = ours->pieces + pieces_of(ours, ours->key_words), *end = ours->pieces + ours->piece_count;
    for (int64_t number = 0; number < pairs; number++) {
        if (number % TOGETHER == 0)
            for (int64_t next = number + TOGETHER; next < pairs && next < number + 2 * TOGETHER; next++) {
                fetch(ours, unlike[next]);
                fetch(theirs, partners[unlike[next]]);
            }
        int64_t row = unlike[number], partner = partners[row];
        const uint8_t *record = ours->octets + row * ours->stride, *its = theirs->octets + partner * theirs->stride;
        uint8_t letter = letter_of(ours, record), its_letter = letter_of(theirs, its);
        int is_equal = letter == its_letter && is_same(chunks, count, record, its);
        if (is_equal) cut(ours, record, letter, head, end, ours->key_words, ours->word_count, our);
        else { /* the same may be written otherwise: a space for a 0 */
            cut_all(ours, record, letter, our);
            cut_all(theirs, its, its_letter, their);
            is_equal = memcmp(our, their, (size_t)ours->word_count * sizeof *our) == 0;
        }
        if (is_equal && is_sound(ours, our, dates, &won)) equal++;
        else unlike[found++] = row; /* found <= number: its place has been read */
    }
    told[0] = equal;
    told[1] = won;
    return found;
}
