using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Managed;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// An LSTM and a GRU layer (input size H) of a trained model, as it scores, whose matrices keep a part of their blocks, compared with the same layer with all of its
/// weights and with libtorch's layer of the same sizes.
/// </summary>
internal static class BlockSparsityBenchmark
{
    private const int BlockInputs = 8;

    private static readonly (int Batch, int Steps, int Hidden)[] s_shapes = [(16, 64, 256), (64, 64, 256), (16, 64, 512)];

    private static readonly (double Density, int BlockOutputs)[] s_structures = [(0.5, 64), (0.1, 64), (0.5, 16), (0.1, 16), (0.1, 1)];

    private static readonly (RecurrentCell Cell, string Peer, RecurrencePeer Scoring)[] s_cells =
        [(RecurrentCell.Lstm, "nn.LSTM", RecurrencePeers.LstmScoring), (RecurrentCell.Gru, "nn.GRU", RecurrencePeers.GruScoring)];

    public static string Run()
    {
        StringBuilder report = new();
        foreach (var (cell, peer, scoring) in s_cells)
        {
            report.AppendLine(CultureInfo.InvariantCulture, $"## {cell}").AppendLine();
            report.AppendLine(CultureInfo.InvariantCulture, $"| B, T, H | blocks, outputs x inputs | kept | ms | dense | {peer} | dense / sparse | {peer} / sparse |");
            report.AppendLine("|---|---|---|---|---|---|---|---|");
            foreach (var shape in s_shapes)
            {
                var (dense, other) = (Measure(shape, cell, 1, 64), scoring(shape));
                foreach (var (density, outputs) in s_structures)
                {
                    var sparse = Measure(shape, cell, density, outputs);
                    var row = string.Create(CultureInfo.InvariantCulture,
                        $"| {shape.Batch}, {shape.Steps}, {shape.Hidden} | {outputs} x {BlockInputs} | {density} | {sparse} | {dense} | {other} | {dense / sparse:F1} | {other / sparse:F1} |");
                    Console.Error.WriteLine($"{cell} {row}");
                    report.AppendLine(row);
                }
            }
            report.AppendLine();
        }
        report.AppendLine(CultureInfo.InvariantCulture,
            $"Milliseconds{(Timing.OfProcessor ? " of processor time" : "")} of scoring (libtorch: of a forward pass without gradients), median ± half the distance of the quartiles, {get_num_threads()} threads. Blocks are drawn at random, the same number in each matrix.");
        return report.ToString();
    }

    private static unsafe Timing Measure((int Batch, int Steps, int Hidden) shape, RecurrentCell cell, double density, int blockOutputs)
    {
        using var noGrad = no_grad();
        RecurrentLayerOptions options = new(shape.Hidden, shape.Hidden, cell);
        using var layer = new RecurrentLayer(options, new Generator(1));
        var random = new Random(4);
        foreach (var (_, weight) in layer.named_parameters().Where(named => named.parameter.dim() == 2))
        {
            KeepBlocks(weight, density, blockOutputs, random);
        }
        var stored = new StoredWeights(Safetensors.Save(layer));
        var managed = ManagedRecurrentWeights.Create(options, new ManagedParts(stored, LaneKernels.Default));
        using var x = randn([shape.Batch, shape.Steps, shape.Hidden], generator: new Generator(2));
        using var expected = layer.call(x, null);
        var output = new float[expected.numel()];
        var starts = Enumerable.Range(0, shape.Batch + 1).Select(row => row * shape.Steps).ToArray();
        var scratch = new Scratch();
        void Score()
        {
            fixed (float* outputs = output)
            fixed (int* first = starts)
            {
                managed.Run(new RaggedRows(x.AsPointer(), first, shape.Batch, shape.Hidden), x.AsPointer(), outputs, scratch);
            }
        }
        var timing = Timing.Of(Score);
        using var scored = from_array(output).view_as(expected);
        return scored.allclose(expected, 1e-4, 1e-5) ? timing : throw new InvalidOperationException("The kernels do not score what the layer does.");
    }

    private static void KeepBlocks(Tensor weight, double density, int blockOutputs, Random random)
    {
        var across = (int)weight.shape[1] / BlockInputs;
        var blocks = (int)weight.shape[0] / blockOutputs * across;
        var kept = new bool[blocks];
        for (var i = 0; i < (int)Math.Round(density * blocks); i++)
        {
            kept[i] = true;
        }
        random.Shuffle(kept);
        var values = weight.AsSpan();
        for (var at = 0; at < values.Length; at++)
        {
            var (row, column) = (at / (int)weight.shape[1], at % (int)weight.shape[1]);
            values[at] = kept[(row / blockOutputs * across) + (column / BlockInputs)] ? values[at] : 0;
        }
    }
}
