using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Numerics;
using Microsoft.ML.Extensions.Onnx;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>
/// Features of single frames, <c>[N, C * H * W]</c> to <c>[N, Features]</c>: backbone, means over a grid, a linear layer, ReLU.
/// </summary>
/// <remarks>
/// The means over at most 4 x 4 cells keep coarse positions, which motion needs, for any frame size. Colours are
/// standardised by their mean and deviation over all pixels of the training data, which are saved with the weights.
/// </remarks>
internal sealed class FrameEncoder : nn.Module<Tensor, Tensor>, IOnnxForm
{
    private const int LargestGrid = 4;

    // The frames computed together, which bounds the memory of their feature maps.
    private const int ValuesAtOnce = 1 << 22;

    // Statistics of ImageNet, on which published weights were trained, for red, green, blue.
    private static readonly double[] ImageNetMean = [0.485, 0.456, 0.406];
    private static readonly double[] ImageNetDeviation = [0.229, 0.224, 0.225];

    private readonly Backbone backbone;
    private readonly LinearLayer exit;
    private readonly SeededDropout dropout;
    private readonly Tensor mean;
    private readonly Tensor scale;
    private readonly FrameShape _frame;
    private readonly FrameEncoderSettings _settings;
    private readonly long[] _grid;

    public FrameEncoder(FrameEncoderSettings settings, FrameShape frame, RandomSource randomness, Generator generator)
        : base(nameof(FrameEncoder))
    {
        (_settings, _frame) = (settings, frame);
        backbone = Create(settings, frame, generator);
        _grid = [Cells(backbone.Side(frame.Height)), Cells(backbone.Side(frame.Width))];
        exit = new LinearLayer(backbone.Channels * _grid[0] * _grid[1], settings.Features, generator);
        dropout = new SeededDropout(settings.Dropout, randomness);
        mean = zeros(frame.Channels, 1, 1);
        scale = ones(frame.Channels, 1, 1);
        register_buffer(nameof(mean), mean);
        register_buffer(nameof(scale), scale);
        RegisterComponents();
    }

    /// <summary>The range of a frame's values.</summary>
    public InputRange Range
    {
        get
        {
            using var scope = NewDisposeScope();
            return RangeOf(_frame, mean.cpu().AsSpan(), scale.cpu().AsSpan());
        }
    }

    /// <summary>The range of the values of a frame whose channels have these means and deviations.</summary>
    public static InputRange RangeOf(FrameShape frame, ReadOnlySpan<float> means, ReadOnlySpan<float> scales)
    {
        var (allMeans, allScales) = (new float[frame.Values], new float[frame.Values]);
        var pixels = frame.Values / frame.Channels;
        for (var channel = 0; channel < frame.Channels; channel++)
        {
            allMeans.AsSpan(channel * pixels, pixels).Fill(means[channel]);
            allScales.AsSpan(channel * pixels, pixels).Fill(scales[channel]);
        }
        return InputRange.Around(allMeans, allScales);
    }

    /// <summary>The cells of the grid along a side of the maps.</summary>
    public static int Cells(int side) => Math.Min(LargestGrid, side);

    /// <summary>The pixels of a cell along a side of the maps, as adaptive pooling has them: cells may overlap.</summary>
    public static (int Start, int End) Cell(int cell, int cells, int side) => (cell * side / cells, (((cell + 1) * side) + cells - 1) / cells);

    /// <summary>Sets the statistics of the training data, and loads the backbone's weights where they come from a file.</summary>
    /// <exception cref="InvalidOperationException">The file does not fit the backbone.</exception>
    public void Standardize(ChannelStatistics statistics)
    {
        var colors = statistics.Pooled(_frame.Height * _frame.Width);
        var (means, deviations) = (colors.Mean.ToArray(), colors.Scale());
        if (_settings.WeightsFile is { } file)
        {
            LoadBackbone(file);
            (means, deviations) = (ImageNetMean, ImageNetDeviation);
        }
        using var scope = NewDisposeScope();
        mean.copy_(tensor(means).view(-1, 1, 1));
        scale.copy_(tensor(deviations).view(-1, 1, 1));
    }

    public override Tensor forward(Tensor frames)
    {
        var atOnce = Math.Max(1, ValuesAtOnce / _frame.Values);
        return training || frames.shape[0] <= atOnce ? Encode(frames) : cat(frames.split(atOnce).Select(Encode).ToArray());
    }

    /// <summary>
    /// The features of the frames of clips, <c>[M, n, Features]</c>, 0 after a clip's end. A frame in several clips is computed once,
    /// padding never.
    /// </summary>
    public Tensor Steps(InputBatch batch, FrameClips clips)
    {
        var device = batch.Values.device;
        var features = call(batch.Values.flatten(0, 1).index_select(0, tensor(clips.Frames(batch.Steps), device: device)));
        var padded = cat([features, zeros_like(features.narrow(0, 0, 1))]);
        return padded.index_select(0, tensor(clips.Places(batch.Steps), device: device)).view(clips.Count, clips.Length, -1);
    }

    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue input)
    {
        using var scope = NewDisposeScope();
        var images = graph.Reshape(input, -1, _frame.Channels, _frame.Height, _frame.Width);
        var maps = backbone.ToOnnx(graph, graph.Over(graph.Minus(images, graph.Constant(mean)), graph.Constant(scale)));
        var (height, width) = (backbone.Side(_frame.Height), backbone.Side(_frame.Width));
        var rows = graph.MatMul(graph.Constant(Parts((int)_grid[0], height), _grid[0], height), maps);
        var fields = graph.MatMul(rows, graph.Transpose(graph.Constant(Parts((int)_grid[1], width), _grid[1], width), 1, 0));
        return graph.Relu(exit.ToOnnx(graph, graph.Reshape(fields, 0, backbone.Channels * _grid[0] * _grid[1])));
    }

    // The part of each pixel in the mean of each cell, [cells, side].
    private static float[] Parts(int cells, int side)
    {
        var parts = new float[cells * side];
        for (var cell = 0; cell < cells; cell++)
        {
            var (start, end) = Cell(cell, cells, side);
            parts.AsSpan((cell * side) + start, end - start).Fill(1f / (end - start));
        }
        return parts;
    }

    private Tensor Encode(Tensor frames)
    {
        var images = frames.view(-1, _frame.Channels, _frame.Height, _frame.Width).Minus(mean) / scale;
        var fields = nn.functional.adaptive_avg_pool2d(Maps(images), _grid);
        return dropout.call(nn.functional.relu(exit.call(fields.flatten(1))));
    }

    private Tensor Maps(Tensor images)
    {
        if (!_settings.Freeze)
        {
            return backbone.call(images);
        }
        using var _ = no_grad();
        return backbone.call(images);
    }

    private void LoadBackbone(string file)
    {
        try
        {
            if (_frame.Channels != ImageNetMean.Length)
            {
                throw new FormatException($"frames have {_frame.Channels} channels, and published weights are for red, green and blue.");
            }
            Safetensors.Load(backbone, File.ReadAllBytes(file), name => name.StartsWith("fc.", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"BackboneWeightsFile '{file}' cannot be used for {_settings.Backbone}: {e.Message}", e);
        }
    }

    private static Backbone Create(FrameEncoderSettings settings, FrameShape frame, Generator generator) => settings.Backbone switch
    {
        FrameBackbone.ResNet18 or FrameBackbone.ResNet34 => new ResidualBackbone(
            frame, settings.Channels, ResidualBackbone.Blocks(settings.Backbone), !settings.Freeze, generator),
        _ => new SmallBackbone(frame, settings.Channels, !settings.Freeze, generator),
    };
}
