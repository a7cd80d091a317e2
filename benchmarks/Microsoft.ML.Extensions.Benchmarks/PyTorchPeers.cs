using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>The same shapes in PyTorch, where Debian's python3-torch is installed (<c>benchmarks/peers/install.sh</c>).</summary>
internal sealed class PyTorchPeers
{
    private const string Python = "/usr/bin/python3";

    private readonly Dictionary<(string Layer, string Shape), double> _milliseconds = [];

    private PyTorchPeers(string version) => Version = version;

    /// <summary>PyTorch's version.</summary>
    public string Version { get; }

    /// <summary>Milliseconds of a layer's training step.</summary>
    public double this[string layer, (int Batch, int Steps, int Hidden) shape] => _milliseconds[(layer, Text(shape))];

    /// <summary>Runs all shapes; null without PyTorch.</summary>
    public static PyTorchPeers? Measure(IEnumerable<(int Batch, int Steps, int Hidden)> shapes)
    {
        if (!File.Exists(Python) || Run("-c", "import torch; print(torch.__version__)") is not [var version])
        {
            return null;
        }
        var peers = new PyTorchPeers(version);
        var script = Path.Combine(ResultFile.Repository(), "benchmarks", "peers", "recurrence.py");
        foreach (var line in Run([script, .. shapes.Select(Text)]) ?? [])
        {
            var words = line.Split(' ');
            peers._milliseconds[(words[0], words[1])] = double.Parse(words[2], CultureInfo.InvariantCulture);
        }
        return peers;
    }

    private static string[]? Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true };
        // Debian's OpenBLAS takes this kind of CPU for an older one, and would be up to four times slower than it can be.
        start.Environment["OPENBLAS_CORETYPE"] = "SKYLAKEX";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries) : null;
    }

    private static string Text((int Batch, int Steps, int Hidden) shape) => $"{shape.Batch},{shape.Steps},{shape.Hidden}";
}
