using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.ML.Extensions.Samples;

namespace Microsoft.ML.Extensions.Tool.Tests;

/// <summary>Models over HTTP.</summary>
[TestClass]
public sealed class ServeTests
{
    private static readonly ToolFolder s_folder = new();
    private static readonly HttpClient s_client = new();

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        ToolFolder.Succeed("train", "classification", "-d", s_folder.WriteLines("classes.csv", ToolData.Classes(60)), "--trainer", "DeepNetwork", "--set",
            "Training.Epochs=3", "--set", "EnsembleSize=1", "-o", s_folder.Path);
        ToolFolder.Succeed("train", "classification", "-d", s_folder.WriteLines("series.ts", ToolData.Series(20)), "--trainer", "RandomConvolution", "--set",
            "Features=168", "-o", s_folder.Path);
    }

    [ClassCleanup]
    public static void Delete()
    {
        s_folder.Dispose();
        s_client.Dispose();
    }

    [TestMethod]
    public async Task Rows_AreAnsweredAsByPredict()
    {
        await using var server = await Start("Classes");
        var rows = """[{"first value": 1.5, "second": 1, "kind": "blue"}, {"first value": null, "second": -1, "kind": null}]""";
        using var answer = await Post(server, rows);
        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        using var json = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync());
        var expected = ToolFolder.Succeed("predict", "-m", s_folder.Of("Classes/Classes.zip"), "-d",
            s_folder.Write("same.csv", "first value,second,kind\n1.5,1,blue\n,-1,\n")).Split('\n');
        for (var row = 0; row < 2; row++)
        {
            var cells = expected[row + 1].Trim().Split(',');
            var found = json.RootElement[row];
            Assert.AreEqual(cells[1], found.GetProperty("predictedLabel").GetString());
            Assert.AreEqual(float.Parse(cells[3], System.Globalization.CultureInfo.InvariantCulture), found.GetProperty("scores").GetProperty("yes").GetSingle(), 1e-6f);
        }
        using var one = await Post(server, """{"first value": 1.5, "second": 1, "kind": "blue"}""");
        StringAssert.StartsWith(await one.Content.ReadAsStringAsync(), "{\"predictedLabel\":");
    }

    [TestMethod]
    public async Task Series_AreListsOrListsOfSteps()
    {
        await using var server = await Start("Series");
        var steps = Enumerable.Range(0, 8).Select(step => new[] { step, -step }).ToArray();
        using var nested = await Post(server, JsonSerializer.Serialize(new { Features = steps }));
        using var flat = await Post(server, JsonSerializer.Serialize(new { Features = steps.SelectMany(step => step) }));
        var text = await nested.Content.ReadAsStringAsync();
        Assert.Contains("\"predictedLabel\":\"up\"", text);
        Assert.AreEqual(text, await flat.Content.ReadAsStringAsync());
        Assert.Contains("'Features' has 2 values, expected 16 ([8, 2])", await Refused(server, """{"Features": [1, 2]}"""));
        Assert.Contains("'Features' is the text \"a\", expected numbers", await Refused(server, """{"Features": ["a"]}"""));
    }

    [TestMethod]
    [DataRow("{", "The body is no JSON")]
    [DataRow("3", "The body is 3, expected an object with the columns first value, second, kind")]
    [DataRow("[]", "The body has 0 rows; allowed are 1 to 1000")]
    [DataRow("[1]", "row 0 is 1, expected an object")]
    [DataRow("""{"second": 1, "kind": "blue"}""", "the body: 'first value' is missing; write null where its value is not known")]
    [DataRow("""{"first value": 1, "second": 1, "kind": "blue", "knd": 1}""", "the model has no column 'knd'; the nearest are kind")]
    [DataRow("""{"first value": "1", "second": 1, "kind": "blue"}""", "expected a finite number or null")]
    [DataRow("""{"first value": 1e99, "second": 1, "kind": "blue"}""", "'first value' is 1e99, expected a finite number or null")]
    [DataRow("""{"first value": 1, "second": 1, "kind": 2}""", "'kind' is 2, expected a text or null")]
    [DataRow("""{"first value": 1, "second": 1, "kind": "a", "kind": "b"}""", "'kind' is there twice")]
    public async Task Bodies_ThatDoNotFit_AreAnsweredWithTheReason(string body, string reason)
    {
        await using var server = await Start("Classes");
        Assert.Contains(reason, await Refused(server, body));
    }

    [TestMethod]
    public async Task MoreRowsThanAllowed_AreRefused()
    {
        await using var server = await Start("Classes");
        var rows = string.Join(',', Enumerable.Repeat("""{"first value": 1, "second": 1, "kind": "blue"}""", 1001));
        Assert.Contains("The body has 1001 rows; allowed are 1 to 1000", await Refused(server, $"[{rows}]"));
    }

    [TestMethod]
    public async Task ManyRequestsAtOnce_GetTheirOwnAnswers()
    {
        await using var server = await Start("Classes");
        string Body(int row) => $$"""{"first value": {{row % 5}}, "second": {{row % 7 - 3}}, "kind": "blue"}""";
        async Task<string> Ask(int row)
        {
            using var answer = await Post(server, Body(row));
            return await answer.Content.ReadAsStringAsync();
        }
        var alone = new List<string>();
        for (var row = 0; row < 35; row++)
        {
            alone.Add(await Ask(row));
        }
        CollectionAssert.AreEqual(alone, await Task.WhenAll(Enumerable.Range(0, 35).Select(Ask)));
    }

    [TestMethod]
    public async Task HealthMetricsAndDescription_AreThere()
    {
        await using var server = await Start("Classes");
        Assert.Contains("\"status\":\"healthy\"", await s_client.GetStringAsync($"{server.Address}/health"));
        using (await Post(server, """[{"first value": 1, "second": 1, "kind": "blue"}, {"first value": 2, "second": 1, "kind": "blue"}]"""))
        {
            await Refused(server, "{}");
        }
        var metrics = await s_client.GetStringAsync($"{server.Address}/metrics");
        Assert.Contains("mlx_requests_total{status=\"200\"} 1\n", metrics);
        Assert.Contains("mlx_requests_total{status=\"400\"} 1\n", metrics);
        Assert.Contains("mlx_rows_total 2\n", metrics);
        Assert.Contains("mlx_request_duration_seconds_bucket{le=\"+Inf\"} 2\n", metrics);
        Assert.Contains("mlx_request_duration_seconds_count 2\n", metrics);
        using var api = JsonDocument.Parse(await s_client.GetStringAsync($"{server.Address}/openapi/v1.json"));
        var row = api.RootElement.GetProperty("paths").GetProperty("/predict").GetProperty("post").GetProperty("requestBody").GetProperty("content")
            .GetProperty("application/json").GetProperty("schema").GetProperty("oneOf")[0];
        CollectionAssert.AreEqual(new[] { "first value", "second", "kind" }, row.GetProperty("properties").EnumerateObject().Select(column => column.Name).ToArray());
    }

    [TestMethod]
    public async Task LargeBodies_AreRefusedBeforeTheyAreKept()
    {
        await using var server = await Start("Classes");
        // The body is sent once the server asks for it, which it does not do.
        using var handler = new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) };
        using var client = new HttpClient(handler) { DefaultRequestHeaders = { ExpectContinue = true } };
        using var content = new StringContent(new string(' ', (4 << 20) + 1), Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync($"{server.Address}/predict", content);
        Assert.AreEqual(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [TestMethod]
    public async Task PortInUse_IsSaid()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var error = await Assert.ThrowsExactlyAsync<UsageException>(() => PredictionServer.Start(Load("Classes"), "127.0.0.1", port));
        Assert.AreEqual($"port {port} is in use; choose another with --port (0 takes a free one).", error.Message);
    }

    [TestMethod]
    public void Command_ListensUntilItIsStopped()
    {
        using var stop = new CancellationTokenSource();
        using var output = new StringWriter();
        stop.Cancel();
        var code = CommandLine.Run(["serve", "-m", s_folder.Of("Classes/Classes.zip"), "--port", "0", "--host", "127.0.0.1"], output, output, stop.Token);
        Assert.AreEqual(0, code, output.ToString());
        Assert.Contains("Listening on http://127.0.0.1:", output.ToString());
        Assert.Contains("--port is 70000; allowed is 0 to 65535", ToolFolder.Fail("serve", "-m", s_folder.Of("Classes/Classes.zip"), "--port", "70000"));
    }

    private static Task<PredictionServer> Start(string name) => PredictionServer.Start(Load(name), "127.0.0.1", 0);

    private static StoredModel Load(string name) => ModelStore.Load(new MLContext(1), s_folder.Of($"{name}/{name}.zip"), () => { });

    private static async Task<HttpResponseMessage> Post(PredictionServer server, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await s_client.PostAsync($"{server.Address}/predict", content);
    }

    private static async Task<string> Refused(PredictionServer server, string body)
    {
        using var answer = await Post(server, body);
        Assert.AreEqual(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.AreEqual("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()!;
    }
}
