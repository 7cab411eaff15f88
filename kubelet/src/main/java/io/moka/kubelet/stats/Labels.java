package io.moka.kubelet.stats;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/// The labels of a metric's value, encoded once for all values that share them.
///
/// @param text such as `container="main",namespace="default"`, in UTF-8; empty for none
record Labels(byte[] text) {

    static final Labels NONE = new Labels(new byte[0]);

    static Labels of(Map<String, String> values) {
        var labels = NONE;
        for (var value : values.entrySet()) {
            labels = labels.with(value.getKey(), value.getValue());
        }
        return labels;
    }

    static Labels of(String label, String value) {
        return NONE.with(label, value);
    }

    /// Returns these labels and one more after them.
    Labels with(String label, String value) {
        var added = ((text.length == 0 ? "" : ",") + label + "=\"" + escaped(value) + "\"").getBytes(StandardCharsets.UTF_8);
        var all = Arrays.copyOf(text, text.length + added.length);
        System.arraycopy(added, 0, all, text.length, added.length);
        return new Labels(all);
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
