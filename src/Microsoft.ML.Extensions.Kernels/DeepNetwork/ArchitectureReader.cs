using System.Globalization;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>Parses a network's shape from text; see <see cref="DeepNetworkOptions.Architecture"/>.</summary>
internal sealed class ArchitectureReader
{
    private const int MostLayers = 10_000, MostNeurons = 65_536, MostSide = 64, UsualSide = 3;
    private const string Parts = "fc WIDTH [x COUNT], conv CHANNELS [SIDE] [x COUNT], pool SIDE, batchnorm, layernorm, residual WEIGHT, or an activation";

    private static readonly Dictionary<string, DeepActivation> Activations =
        Enum.GetValues<DeepActivation>().ToDictionary(kind => kind.ToString(), StringComparer.OrdinalIgnoreCase);

    private readonly List<(string Word, int Position)> _words;
    private readonly int _end;
    private readonly List<LayerPlan> _layers = [];
    private int _next;
    private int _pool = 1;
    private DeepActivation? _activation;
    private DeepNormalization? _normalization;
    private double? _residualWeight;

    private ArchitectureReader(string text) => (_words, _end) = (Split(text), text.Length);

    /// <exception cref="FormatException">
    /// The words cannot be read; the message says at which position, and what is allowed there.
    /// </exception>
    public static NetworkPlan Read(string text)
    {
        var reader = new ArchitectureReader(text);
        reader.ReadPart();
        while (reader._next < reader._words.Count)
        {
            if (reader.Take(out var position) != ",")
            {
                throw Error(position, $"'{reader._words[reader._next - 1].Word}' follows a whole part; put a comma between parts");
            }
            reader.ReadPart();
        }
        return reader._layers.Count > 0
            ? new NetworkPlan(reader._layers, reader._pool, reader._activation, reader._normalization, reader._residualWeight)
            : throw Error(text.Length, "there is no hidden layer; a network needs at least one fc or conv");
    }

    private void ReadPart()
    {
        var word = Take(out var position);
        switch (word.ToUpperInvariant())
        {
            case "FC":
                AddLayers(new LayerPlan(Number("a width", MostNeurons)));
                break;
            case "CONV":
                AddConvolutions(position);
                break;
            case "POOL":
                AddPool(position);
                break;
            case "BATCHNORM":
                Set(ref _normalization, DeepNormalization.Batch, "a norm", position);
                break;
            case "LAYERNORM":
                Set(ref _normalization, DeepNormalization.Layer, "a norm", position);
                break;
            case "RESIDUAL":
                Set(ref _residualWeight, Weight(), "a residual weight", position);
                break;
            default:
                Set(ref _activation, Activations.TryGetValue(word, out var kind) && char.IsLetter(word[0]) ? kind
                    : throw Unknown(word, position), "an activation", position);
                break;
        }
    }

    private void AddConvolutions(int position)
    {
        RequireImage("conv", position);
        var channels = Number("a number of channels", MostNeurons);
        var side = UsualSide;
        if (IsNumber(Peek))
        {
            var at = _words[_next].Position;
            side = Number("a kernel's side", MostSide);
            if (side % 2 == 0)
            {
                throw Error(at, $"a kernel's side is {side}; it must be odd, so that images keep their size");
            }
        }
        AddLayers(new LayerPlan(channels, side));
    }

    private void AddPool(int position)
    {
        RequireImage("pool", position);
        if (_pool > 1)
        {
            throw Error(position, "pool follows pool; write one with the product of both sides");
        }
        var at = _next < _words.Count ? _words[_next].Position : _end;
        _pool = Number("a side", MostSide);
        if (_pool == 1)
        {
            throw Error(at, "a side of 1 pools nothing; allowed is 2 to " + MostSide);
        }
    }

    private void AddLayers(LayerPlan layer)
    {
        var count = 1;
        if (Peek.Equals("x", StringComparison.OrdinalIgnoreCase))
        {
            _next++;
            count = Number("a number of layers", MostLayers);
        }
        if (_layers.Count + count > MostLayers)
        {
            throw Error(_words[_next - 1].Position, $"these are {_layers.Count + count} layers; allowed are {MostLayers}");
        }
        _layers.Add(layer with { Pool = _pool });
        _layers.AddRange(Enumerable.Repeat(layer, count - 1));
        _pool = 1;
    }

    private void RequireImage(string part, int position)
    {
        if (_layers.Count > 0 && !_layers[^1].IsConvolution)
        {
            throw Error(position, $"{part} stands after fc, where there is no image any more; put every conv and pool before the first fc");
        }
    }

    private int Number(string what, int most)
    {
        var word = Take(out var position);
        return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= most ? value
            : throw Error(position, $"{Quoted(word)} stands where {what} is wanted, a whole number from 1 to {most}");
    }

    private double Weight()
    {
        var word = Take(out var position);
        return double.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value <= ResidualWeights.Largest ? value
            : throw Error(position,
                $"{Quoted(word)} stands where a residual weight is wanted, a number from 0 to {Text.Of(ResidualWeights.Largest)}");
    }

    private string Peek => _next < _words.Count ? _words[_next].Word : "";

    // After the last word, an empty one.
    private string Take(out int position)
    {
        (var word, position) = _next < _words.Count ? _words[_next] : ("", _end);
        _next++;
        return word;
    }

    private static bool IsNumber(string word) => word.Length > 0 && char.IsAsciiDigit(word[0]);

    private static void Set<T>(ref T? field, T value, string what, int position)
        where T : struct => field = field is null ? value : throw Error(position, $"{what} is given twice; give it once");

    private static FormatException Unknown(string word, int position) => Error(
        position, $"{Quoted(word)} stands where a part is wanted: {Parts} ({string.Join(", ", Activations.Keys.Select(name => name.ToLowerInvariant()))})");

    private static FormatException Error(int position, string what) => new($"Architecture, position {position + 1}: {what}.");

    private static string Quoted(string word) => word.Length > 0 ? $"'{word}'" : "nothing";

    private static List<(string Word, int Position)> Split(string text)
    {
        var words = new List<(string, int)>();
        for (var i = 0; i < text.Length; i++)
        {
            var start = i;
            while (i < text.Length && text[i] != ',' && !char.IsWhiteSpace(text[i]))
            {
                i++;
            }
            if (i > start)
            {
                words.Add((text[start..i], start));
            }
            if (i < text.Length && text[i] == ',')
            {
                words.Add((",", i));
            }
        }
        return words;
    }
}
