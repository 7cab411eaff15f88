package io.moka.apiserver.extension.cel;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import java.util.ArrayList;
import java.util.List;

/// The functions `find` and `findAll` of strings.
final class RegexFunctions {
    private RegexFunctions() {}

    static void add(FunctionSet functions) {
        var strings = ListType.create(SimpleType.STRING);
        functions.member("find", "string_find_string", SimpleType.STRING, List.of(SimpleType.STRING, SimpleType.STRING), List.of(String.class, String.class),
                arguments -> findAll((String) arguments[0], (String) arguments[1], 1).stream().findFirst().orElse(""));
        functions.member("findAll", "string_find_all_string", strings, List.of(SimpleType.STRING, SimpleType.STRING), List.of(String.class, String.class),
                arguments -> findAll((String) arguments[0], (String) arguments[1], -1));
        functions.member("findAll", "string_find_all_string_int", strings, List.of(SimpleType.STRING, SimpleType.STRING, SimpleType.INT),
                List.of(String.class, String.class, Long.class), arguments -> findAll((String) arguments[0], (String) arguments[1], (Long) arguments[2]));
    }

    private static List<String> findAll(String text, String regex, long limit) {
        try {
            Matcher matcher = Pattern.compile(regex).matcher(text);
            List<String> found = new ArrayList<>();
            while ((limit < 0 || found.size() < limit) && matcher.find()) {
                found.add(matcher.group());
            }
            return found;
        } catch (PatternSyntaxException malformed) {
            throw new IllegalArgumentException("Illegal regex: " + malformed.getMessage(), malformed);
        }
    }
}
