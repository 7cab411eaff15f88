package io.moka.kubelet.stats;

import io.moka.machinery.net.QuickGzip;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Writes metrics in Prometheus' text form: a line of its type for each metric, then a line for each value.
///
/// It passes its text on in blocks, as a page for a hundred pods is a third of what the kubelet's young objects may take.
final class PrometheusText {

    /// From here on a double does not hold each whole number.
    private static final double EXACT = 1L << 53;

    private final OutputStream out;
    private final byte[] block = new byte[QuickGzip.BLOCK_BYTES];
    private final byte[] digits = new byte[20];
    private int end;
    private byte[] name = {};

    PrometheusText(OutputStream out) {
        this.out = out;
    }

    PrometheusText counter(String metric) {
        return begin(metric, "counter");
    }

    PrometheusText gauge(String metric) {
        return begin(metric, "gauge");
    }

    /// Its values are those of [#bucket], [#sum] and [#count].
    PrometheusText histogram(String metric) {
        return begin(metric, "histogram");
    }

    private PrometheusText begin(String metric, String type) {
        name = ascii(metric);
        write(ascii("# TYPE " + metric + " " + type + "\n"));
        return this;
    }

    /// @param bound the largest value that the bucket counts, or `+Inf`
    PrometheusText bucket(LabelSet labels, String bound, long count) {
        return value("_bucket", labels.with("le", bound), count, null);
    }

    PrometheusText sum(LabelSet labels, double sum) {
        return value("_sum", labels, sum, null);
    }

    PrometheusText count(LabelSet labels, long count) {
        return value("_count", labels, count, null);
    }

    /// @param at when the value was read; null where it does not change
    PrometheusText value(LabelSet labels, double value, @Nullable Instant at) {
        return value("", labels, value, at);
    }

    private PrometheusText value(String suffix, LabelSet labels, double value, @Nullable Instant at) {
        write(name);
        if (!suffix.isEmpty()) {
            write(ascii(suffix));
        }
        if (labels.text().length > 0) {
            write((byte) '{');
            write(labels.text());
            write((byte) '}');
        }
        write((byte) ' ');
        number(value);
        if (at != null) {
            write((byte) ' ');
            number(at.toEpochMilli());
        }
        write((byte) '\n');
        return this;
    }

    private void number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < EXACT) {
            number((long) value);
        } else {
            write(ascii(Double.toString(value)));
        }
    }

    private void number(long value) {
        if (value < 0) {
            write((byte) '-');
        }
        int first = digits.length;
        long left = Math.abs(value);
        do {
            digits[--first] = (byte) ('0' + left % 10);
            left /= 10;
        } while (left > 0);
        write(digits, first, digits.length - first);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void write(byte character) {
        if (end == block.length) {
            flush();
        }
        block[end++] = character;
    }

    private void write(byte[] bytes) {
        write(bytes, 0, bytes.length);
    }

    private void write(byte[] bytes, int from, int length) {
        int done = 0;
        while (length - done > block.length - end) {
            int part = block.length - end;
            System.arraycopy(bytes, from + done, block, end, part);
            end = block.length;
            done += part;
            flush();
        }
        System.arraycopy(bytes, from + done, block, end, length - done);
        end += length - done;
    }

    /// Passes on what has been written so far.
    void flush() {
        try {
            out.write(block, 0, end);
            end = 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
