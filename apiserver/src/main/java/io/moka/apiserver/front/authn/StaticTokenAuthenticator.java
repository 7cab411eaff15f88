package io.moka.apiserver.front.authn;

import io.moka.apiserver.core.access.UserInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Authenticates tokens from a file of lines `token,user,uid,"group1,group2"`, which is read once.
public final class StaticTokenAuthenticator implements Authenticator {
    private static final Pattern CELL = Pattern.compile("\\s*(?:\"((?:[^\"]|\"\")*)\"|([^,\"]*))\\s*(?:,|$)");

    private final Map<String, UserInfo> users = new HashMap<>();

    public StaticTokenAuthenticator(Path file) throws IOException {
        int line = 0;
        for (String text : Files.readAllLines(file)) {
            line++;
            if (text.isBlank() || text.startsWith("#")) {
                continue;
            }
            List<String> cells = cells(text);
            if (cells.size() < 3 || cells.getFirst().isEmpty()) {
                throw new IOException(file + ":" + line + ": a line is token,user,uid and groups if there are any");
            }
            users.put(cells.get(0), user(cells));
        }
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        Matcher cell = CELL.matcher(line);
        int at = 0;
        while (at < line.length() && cell.find(at) && cell.start() == at) {
            cells.add(cell.group(1) == null ? cell.group(2).trim() : cell.group(1).replace("\"\"", "\""));
            at = cell.end();
        }
        return cells;
    }

    private static UserInfo user(List<String> cells) {
        List<String> groups = new ArrayList<>();
        if (cells.size() > 3) {
            for (String group : cells.get(3).split(",")) {
                if (!group.isBlank()) {
                    groups.add(group.trim());
                }
            }
        }
        groups.add("system:authenticated");
        return new UserInfo(cells.get(1), cells.get(2), List.copyOf(groups), Map.of());
    }

    @Override
    public Authentication authenticate(Credentials credentials) {
        UserInfo user = credentials.bearerToken().isEmpty() ? null : users.get(credentials.bearerToken());
        return user == null ? new Authentication.Absent() : new Authentication.Authenticated(user);
    }
}
