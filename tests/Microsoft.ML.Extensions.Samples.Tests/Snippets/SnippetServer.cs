using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;

namespace Microsoft.ML.Extensions.Samples.Tests;

/// <summary>Asks a program of a page that serves, and ends it, as it does not end by itself. Any other program is left alone.</summary>
internal sealed class SnippetServer : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient _client = new();

    public string Address { get; } = $"http://127.0.0.1:{FreePort()}";

    /// <summary>Whether a request was answered.</summary>
    public bool HasServed { get; private set; }

    public void Serve(Process program)
    {
        while (!program.WaitForExit(s_pause))
        {
            try
            {
                using var response = _client.PostAsJsonAsync($"{Address}/predict", new { features = new[] { 1.5f, 1.2f, 1.4f, 1.9f } }).GetAwaiter().GetResult();
                HasServed = response.EnsureSuccessStatusCode().StatusCode == HttpStatusCode.OK;
                program.Kill();
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError)
            {
                // It does not serve, or not yet.
            }
        }
    }

    public void Dispose() => _client.Dispose();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
