package io.moka.kubelet.stats;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/// The labels of a metric's value, encoded once for all values that share them.
///
/// @param text such as `container="main",namespace="default"`, in UTF-8; empty for none
record LabelSet(byte[] text) {

    static final LabelSet NONE = new LabelSet(new byte[0]);

    static LabelSet of(Map<String, String> values) {
        var labels = NONE;
        for (var value : values.entrySet()) {
            labels = labels.with(value.getKey(), value.getValue());
        }
        return labels;
    }

    static LabelSet of(String label, String value) {
        return NONE.with(label, value);
    }

    /// Returns these labels and one more after them.
    LabelSet with(String label, String value) {
        var added = ((text.length == 0 ? "" : ",") + label + "=\"" + escaped(value) + "\"").getBytes(StandardCharsets.UTF_8);
        var all = Arrays.copyOf(text, text.length + added.length);
        System.arraycopy(added, 0, all, text.length, added.length);
        return new LabelSet(all);
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
