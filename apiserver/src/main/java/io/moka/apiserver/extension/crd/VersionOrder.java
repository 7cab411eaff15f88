package io.moka.apiserver.extension.crd;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Orders API versions by priority: `v10` before `v2` before `v1` before `v3beta1` before `v1alpha2`, anything else last, by name.
public final class VersionOrder implements Comparator<String> {
    public static final VersionOrder BEST_FIRST = new VersionOrder();
    private static final Pattern VERSION = Pattern.compile("v(\\d{1,9})(?:(alpha|beta)(\\d{1,9}))?");

    private VersionOrder() {}

    private record Parsed(int stability, int major, int minor) {
        static Parsed of(String text) {
            Matcher match = VERSION.matcher(text);
            if (!match.matches()) {
                return new Parsed(0, 0, 0);
            }
            int stability = match.group(2) == null ? 3 : match.group(2).equals("beta") ? 2 : 1;
            return new Parsed(stability, Integer.parseInt(match.group(1)), match.group(3) == null ? 0 : Integer.parseInt(match.group(3)));
        }
    }

    @Override
    public int compare(String one, String other) {
        return Comparator.comparing(Parsed::of, Comparator.comparingInt(Parsed::stability).thenComparingInt(Parsed::major).thenComparingInt(Parsed::minor).reversed())
                .thenComparing(Comparator.naturalOrder()).compare(one, other);
    }
}
