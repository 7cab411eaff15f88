package io.moka.apiserver.extension.cel;

import dev.cel.common.types.ListType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import io.moka.apiserver.core.schema.Names;
import io.moka.apiserver.extension.structural.Formats;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The functions `format.dns1123Label()` and others, and `format.named("dns1123Label")`, whose results `validate` strings.
final class FormatFunctions {
    private static final OpaqueType FORMAT = OpaqueType.create("kubernetes.NamedFormat");
    private static final Map<String, NamedFormat> FORMATS = new LinkedHashMap<>();

    /// @param check returns the problems of a string
    record NamedFormat(String name, Function<String, List<String>> check) {}

    static {
        put("dns1123Label", Names::dns1123Label);
        put("dns1123Subdomain", Names::dns1123Subdomain);
        put("dns1035Label", Names::dns1035Label);
        put("dns1123LabelPrefix", text -> Names.dns1123Label(masked(text)));
        put("dns1123SubdomainPrefix", text -> Names.dns1123Subdomain(masked(text)));
        put("dns1035LabelPrefix", text -> Names.dns1035Label(masked(text)));
        put("qualifiedName", Names::qualifiedName);
        put("labelValue", Names::labelValue);
        put("uri", text -> checked("uri", text, "invalid URL"));
        put("uuid", text -> checked("uuid", text, "does not match the UUID format"));
        put("byte", text -> checked("byte", text, "invalid base64"));
        put("date", text -> checked("date", text, "invalid date"));
        put("datetime", text -> checked("date-time", text, "invalid datetime"));
    }

    private FormatFunctions() {}

    private static void put(String name, Function<String, List<String>> check) {
        FORMATS.put(name, new NamedFormat(name, check));
    }

    /// Replaces a hyphen at the end of a name prefix, which is valid since a suffix follows it.
    private static String masked(String text) {
        return text.endsWith("-") ? text.substring(0, text.length() - 1) + "a" : text;
    }

    private static List<String> checked(String format, String text, String problem) {
        return Formats.matches(format, text) ? List.of() : List.of(problem);
    }

    static void add(FunctionSet functions) {
        FORMATS.forEach((name, format) -> functions.global("format." + name, "format_" + name, FORMAT, List.of(), List.of(), arguments -> format));
        functions.global("format.named", "format_named", OptionalType.create(FORMAT), List.of(SimpleType.STRING), List.of(String.class),
                arguments -> Optional.ofNullable(FORMATS.get((String) arguments[0])));
        functions.member("validate", "format_validate", OptionalType.create(ListType.create(SimpleType.STRING)), List.of(FORMAT, SimpleType.STRING),
                List.of(NamedFormat.class, String.class), arguments -> {
                    List<String> wrong = ((NamedFormat) arguments[0]).check().apply((String) arguments[1]);
                    return wrong.isEmpty() ? Optional.empty() : Optional.of(wrong);
                });
    }
}
