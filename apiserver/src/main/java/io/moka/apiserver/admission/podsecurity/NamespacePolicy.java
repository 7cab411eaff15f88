package io.moka.apiserver.admission.podsecurity;

import io.moka.apiserver.core.status.StatusCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// The levels that a namespace's labels set: for refusing pods, for notes in the audit log, and for warnings to clients.
///
/// @param problems the problems of invalid labels. An invalid level counts as the strictest one for `enforce`, and as none for the others.
record NamespacePolicy(LevelVersion enforce, LevelVersion audit, LevelVersion warn, List<StatusCause> problems) {
    static final String PREFIX = "pod-security.kubernetes.io/";
    static final NamespacePolicy PRIVILEGED = new NamespacePolicy(LevelVersion.PRIVILEGED, LevelVersion.PRIVILEGED, LevelVersion.PRIVILEGED, List.of());

    /// The modes in which a level applies.
    private enum Mode {
        ENFORCE("enforce", Level.RESTRICTED), AUDIT("audit", Level.PRIVILEGED), WARN("warn", Level.PRIVILEGED);

        private final String label;
        private final Level whenUnknown;

        Mode(String name, Level whenUnknown) {
            label = PREFIX + name;
            this.whenUnknown = whenUnknown;
        }
    }

    static NamespacePolicy of(Map<String, String> labels, NamespacePolicy defaults) {
        return of(labels::get, defaults);
    }

    private static NamespacePolicy of(UnaryOperator<String> labels, NamespacePolicy defaults) {
        List<StatusCause> problems = new ArrayList<>();
        LevelVersion enforce = read(Mode.ENFORCE, labels, defaults.enforce(), problems);
        LevelVersion audit = read(Mode.AUDIT, labels, defaults.audit(), problems);
        LevelVersion warn = read(Mode.WARN, labels, defaults.warn(), problems);
        return problems.isEmpty() && enforce.equals(defaults.enforce()) && audit.equals(defaults.audit()) && warn.equals(defaults.warn())
                ? defaults : new NamespacePolicy(enforce, audit, warn, List.copyOf(problems));
    }

    private static LevelVersion read(Mode mode, UnaryOperator<String> labels, LevelVersion otherwise, List<StatusCause> problems) {
        LevelVersion result = otherwise;
        String level = labels.apply(mode.label);
        if (level != null) {
            Level known = Level.parse(level);
            if (known == null) {
                problems.add(problem(mode.label, level, "must be one of privileged, baseline, restricted"));
            }
            result = result.withLevel(known == null ? mode.whenUnknown : known);
        }
        String version = labels.apply(mode.label + "-version");
        if (version != null) {
            int known = LevelVersion.parseVersion(version);
            if (known < 0) {
                problems.add(problem(mode.label + "-version", version, "must be \"latest\" or \"v1.x\""));
            }
            result = result.withMinor(known < 0 ? LevelVersion.LATEST : known);
        }
        return result;
    }

    private static StatusCause problem(String label, String value, String why) {
        return new StatusCause("FieldValueInvalid", "Invalid value: \"" + value + "\": " + why, "metadata.labels[" + label + "]");
    }

    /// Returns the labels' problems as text for the message of an answer.
    String problemText() {
        List<String> texts = problems.stream().map(problem -> problem.field() + ": " + problem.message()).toList();
        return texts.size() == 1 ? texts.getFirst() : "[" + String.join(", ", texts) + "]";
    }

    boolean asksNothingOfTemplates() {
        return problems.isEmpty() && audit.level() == Level.PRIVILEGED && warn.level() == Level.PRIVILEGED;
    }

    boolean asksNothing() {
        return asksNothingOfTemplates() && enforce.level() == Level.PRIVILEGED;
    }

    @Override
    public String toString() {
        return "enforce=" + enforce + ", audit=" + audit + ", warn=" + warn;
    }
}
