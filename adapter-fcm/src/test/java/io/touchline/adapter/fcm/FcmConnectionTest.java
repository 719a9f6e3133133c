package io.touchline.adapter.fcm;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FcmConnectionTest {
    private static final URI TOKENS = URI.create("http://127.0.0.1:1/token");
    private static final String WHAT_TO_DO = ". Give the path of a service account's key, as the Firebase console"
            + " makes it under Project settings, Service accounts, Generate new private key";

    @TempDir
    Path files;

    @Test
    void aMissingFileIsNamed() {
        Path file = files.resolve("nowhere.json");

        assertThatThrownBy(() -> FcmConnection.open(file, null))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("the FCM credentials " + file + ": this is not a file that can be read" + WHAT_TO_DO)
                .hasNoCause();
    }

    @Test
    void aDirectoryIsNotAFile() {
        assertThatThrownBy(() -> FcmConnection.open(files, null))
                .hasMessage("the FCM credentials " + files + ": this is not a file that can be read" + WHAT_TO_DO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret-of-another-file",
                "{}",
                "[]",
                "{\"type\":\"authorized_user\",\"refresh_token\":\"secret\"}",
                "{\"type\":\"service_account\",\"project_id\":\"p\"}"
            })
    void whatIsNotAKeyIsNotQuoted(String content) throws IOException {
        Path file = Files.writeString(files.resolve("key.json"), content);

        assertThatThrownBy(() -> FcmConnection.open(file, null))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the FCM credentials " + file + ": this is not the JSON key of a service account" + WHAT_TO_DO)
                .hasNoCause();
    }

    @Test
    void aDamagedPrivateKeyIsNotQuoted() throws IOException {
        Path file = ServiceAccount.generate().write(files.resolve("key.json"), TOKENS);
        Files.writeString(file, Files.readString(file).replace("PRIVATE KEY-----\\nMII", "PRIVATE KEY-----\\nXII"));

        assertThatThrownBy(() -> FcmConnection.open(file, null))
                .hasMessage(
                        "the FCM credentials " + file + ": this is not the JSON key of a service account" + WHAT_TO_DO)
                .hasNoCause();
    }

    @Test
    void aKeyWithoutAProjectIsRefused() throws IOException {
        Path file = ServiceAccount.generate().write(files.resolve("key.json"), TOKENS);
        Files.writeString(file, Files.readString(file).replace("project_id", "something_else"));

        assertThatThrownBy(() -> FcmConnection.open(file, null))
                .hasMessage("the FCM credentials " + file + ": this names no project_id" + WHAT_TO_DO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy:8443", "ftp://proxy", "/path", "http:/path"})
    void anEndpointIsAnAddressOfTheWeb(String endpoint) {
        Path file = ServiceAccount.generate().write(files.resolve("key.json"), TOKENS);

        assertThatThrownBy(() -> FcmConnection.open(file, URI.create(endpoint)))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("the FCM endpoint " + endpoint
                        + ": give http or https, a host and perhaps a port, such as https://proxy.example:8443");
    }
}
