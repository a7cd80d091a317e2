using Microsoft.ML.Extensions.Pretrained;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// The information in the buffers of a layer's attention: TransformerLens stores its mask and its table of rotations with the weights.
/// </summary>
internal sealed class TransformerLensBuffers
{
    private const double UsualBase = 10_000;

    // Tables are in Single, and their angles grow with the place.
    private const double AngleTolerance = 1e-5;

    private readonly TensorFiles _files;

    /// <param name="files">The tensors.</param>
    /// <param name="layer">The layer's name.</param>
    private TransformerLensBuffers(TensorFiles files, string layer)
    {
        _files = files;
        string mask = $"{layer}.attn.mask", sine = $"{layer}.attn.rotary_sin", cosine = $"{layer}.attn.rotary_cos";
        if (files.Shapes.TryGetValue(mask, out var square))
        {
            IsCausal = ReadMask(mask, square);
            Context = (int)square[0];
        }
        if (files.Shapes.TryGetValue(sine, out var table) && files.Shapes.ContainsKey(cosine))
        {
            RotaryBase = ReadRotation(sine, cosine, layer);
            Context = (int)table[0];
        }
    }

    /// <summary>Whether the mask is causal; true where there is no mask.</summary>
    public bool IsCausal { get; } = true;

    /// <summary>The base of the rotary wavelengths; null where there is no table of rotations.</summary>
    public double? RotaryBase { get; }

    /// <summary>The longest row that the buffers are for; null where there are none.</summary>
    public int? Context { get; }

    /// <summary>The information in the buffers of all layers.</summary>
    /// <param name="files">The tensors.</param>
    /// <param name="layers">The layers' names.</param>
    /// <exception cref="FormatException">A mask or rotations are not supported, or layers differ.</exception>
    public static TransformerLensBuffers OfLayers(TensorFiles files, IEnumerable<string> layers)
    {
        TransformerLensBuffers? first = null;
        foreach (var layer in layers)
        {
            var buffers = new TransformerLensBuffers(files, layer);
            first ??= buffers;
            if ((buffers.IsCausal, buffers.RotaryBase, buffers.Context) != (first.IsCausal, first.RotaryBase, first.Context))
            {
                throw new FormatException(
                    $"The mask or rotations of '{layer}' in '{files.Description}' differ from those of the first layer; all layers must be equal.");
            }
        }
        return first!;
    }

    private bool ReadMask(string name, long[] shape)
    {
        if (shape is not [var rows, var columns] || rows != columns || rows is < 1 or > int.MaxValue)
        {
            throw Wrong(name, $"[{string.Join(", ", shape)}], which is no square mask");
        }
        using var scope = NewDisposeScope();
        var seen = _files.Read(name).to_type(ScalarType.Bool).bytes;
        var side = (int)rows;
        // A mask of zeros hides everything: it was never filled, and is ignored.
        if (!seen.Contains((byte)0) || !seen.Contains((byte)1))
        {
            return !seen.Contains((byte)1);
        }
        for (var row = 0; row < side; row++)
        {
            var line = seen.Slice(row * side, side);
            if (line[..(row + 1)].Contains((byte)0) || line[(row + 1)..].Contains((byte)1))
            {
                throw Wrong(name, "neither causal nor full (local attention is not supported)");
            }
        }
        return true;
    }

    private double ReadRotation(string sine, string cosine, string layer)
    {
        var (sines, cosines) = (Table(sine), Table(cosine));
        var width = _files.Shapes.TryGetValue($"{layer}.attn.W_Q", out var query) && query is [_, _, var head] ? head : 0;
        if (sines.Steps != cosines.Steps || sines.Width != cosines.Width || sines.Width != width || width % 2 != 0 || sines.Steps < 2)
        {
            throw Wrong(sine, $"[{sines.Steps}, {sines.Width}]; rotations turn all {width} numbers of a head, an even number, and need two places or more");
        }
        if (Array.TrueForAll(cosines.Values, value => value == 0) && Array.TrueForAll(sines.Values, value => value == 0))
        {
            // No angle has both sine and cosine 0: the tables were never filled, and show only that there are rotations.
            return UsualBase;
        }
        var half = sines.Width / 2;
        double Angle(int index) => Math.Atan2(sines.Values[sines.Width + index], cosines.Values[sines.Width + index]);
        var wavelength = half == 1 ? UsualBase : Math.Pow(Angle(half - 1), -(double)half / (half - 1));
        wavelength = Math.Abs(wavelength - Math.Round(wavelength)) < 1e-4 * wavelength ? Math.Round(wavelength) : wavelength;
        for (var i = 0; i < sines.Values.Length; i++)
        {
            int step = i / sines.Width, pair = i % sines.Width % half;
            var angle = step * Math.Pow(wavelength, -(double)pair / half);
            if (!(Math.Abs(sines.Values[i] - Math.Sin(angle))
                + Math.Abs(cosines.Values[i] - Math.Cos(angle)) <= AngleTolerance * (step + 10)))
            {
                throw Wrong(sine, "not the table of plain rotary positions with halves of a head paired; neighbouring pairs and stretched rotations are not computed");
            }
        }
        return wavelength;
    }

    private (double[] Values, int Steps, int Width) Table(string name)
    {
        if (_files.Shapes[name] is not [>= 1 and <= int.MaxValue and var steps, >= 1 and <= int.MaxValue and var width])
        {
            throw Wrong(name, $"[{string.Join(", ", _files.Shapes[name])}], which is no table of places");
        }
        using var scope = NewDisposeScope();
        return (_files.ReadWeight(name).to_type(ScalarType.Float64).AsDoubles().ToArray(), (int)steps, (int)width);
    }

    private FormatException Wrong(string name, string what) => new($"'{name}' of '{_files.Description}' is {what}.");
}
