using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Writes the weights of a laid-out program.</summary>
internal sealed class RaspWriter
{
    private readonly RaspLayout _layout;
    private readonly RaspCompilerOptions _options;
    private readonly Dictionary<string, double[]> _weights;
    private readonly Dictionary<string, long[]> _shapes;
    private readonly int[] _unitsUsed;

    public RaspWriter(RaspLayout layout, RaspCompilerOptions options)
    {
        (_layout, _options) = (layout, options);
        _unitsUsed = new int[layout.Layers];
        Config = new TransformerConfig
        {
            Layers = layout.Layers,
            Heads = layout.Slots,
            ModelWidth = layout.Width + options.DummyWidth,
            HeadWidth = Math.Max(1, layout.Places.Where(place => place.IsHead).Select(HeadWidth).DefaultIfEmpty().Max()),
            MlpWidth = layout.Places.Where(place => place is { IsHead: false, Layer: >= 0 }).GroupBy(place => place.Layer)
                .Select(layer => layer.Sum(place => Units(place.Program))).DefaultIfEmpty().Max(),
            Vocabulary = options.Vocabulary + 1,
            Outputs = layout.Output.Size,
            Context = options.Length + 1,
            Norm = TransformerNorm.None,
            Positions = TransformerPositions.Learned,
            Activation = TransformerActivation.Relu,
            Causal = false,
        };
        _shapes = TransformerWeights.Shapes(Config).ToDictionary(pair => pair.Name, pair => pair.Shape);
        _weights = _shapes.ToDictionary(pair => pair.Key, pair => new double[pair.Value.Aggregate(1L, (a, b) => a * b)]);
    }

    public TransformerConfig Config { get; }

    public IReadOnlyDictionary<string, Tensor> Write()
    {
        // The row's first token is the one after the vocabulary.
        Set(TransformerWeights.Embed, 1, _options.Vocabulary, RaspLayout.BeginningPlace);
        foreach (var place in _layout.Places)
        {
            WritePlace(place);
        }
        for (var output = 0; output < _layout.Output.Size; output++)
        {
            Set(TransformerWeights.Unembed, 1, _layout.Output.Start + output, output);
        }
        WriteDummies();
        return _weights.ToDictionary(pair => pair.Key, pair => tensor(pair.Value, _shapes[pair.Key], ScalarType.Float32));
    }

    private void WritePlace(RaspLayout.Place place)
    {
        switch (place.Program)
        {
            case RaspTokens:
                Identity(TransformerWeights.Embed, place, 0);
                break;
            case RaspIndices:
                Identity(TransformerWeights.PositionEmbed, place, 1);
                break;
            case RaspMap map:
                Lookup(place, map.Source, value => (IndexIn(map, map.Function(value)), 1));
                break;
            case RaspNumberMap map:
                Lookup(place, map.Source, value => (0, map.Function(value)));
                break;
            case RaspCombination both:
                Pairs(place, both);
                break;
            case RaspWidth width:
                Steps(place, width);
                break;
            case RaspAggregate aggregate:
                Head(place, aggregate.Selector, _layout[aggregate.Values].Start, RaspCompiler.SelectedScore / 2);
                break;
            case RaspNumberAggregate aggregate:
                Head(place, aggregate.Selector, _layout[aggregate.Values].Start, RaspCompiler.SelectedScore / 2);
                break;
            case RaspWidthFraction fraction:
                Head(place, fraction.Selector, RaspLayout.BeginningPlace, RaspCompiler.SelectedScore);
                break;
        }
    }

    private void Identity(string table, RaspLayout.Place place, int firstRow)
    {
        for (var value = 0; value < place.Size; value++)
        {
            Set(table, 1, firstRow + value, place.Start + value);
        }
    }

    private void Head(RaspLayout.Place place, RaspSelector selector, int valuesStart, double beginningScore)
    {
        var (keys, queries) = (_layout[selector.Keys], _layout[selector.Queries]);
        int[] keyValues = _layout.Domain(selector.Keys), queryValues = _layout.Domain(selector.Queries);
        // The transformer divides scores by this.
        var scale = Math.Sqrt(Config.HeadWidth);
        for (var k = 0; k < keyValues.Length; k++)
        {
            Set(InLayer(place, "attn.W_K"), 1, place.Slot, keys.Start + k, k);
            for (var q = 0; q < queryValues.Length; q++)
            {
                if (selector.Selects(keyValues[k], queryValues[q]))
                {
                    Set(InLayer(place, "attn.W_Q"), RaspCompiler.SelectedScore * scale, place.Slot, queries.Start + q, k);
                }
            }
        }
        Set(InLayer(place, "attn.W_K"), 1, place.Slot, RaspLayout.BeginningPlace, keyValues.Length);
        Set(InLayer(place, "attn.b_Q"), beginningScore * scale, place.Slot, keyValues.Length);
        for (var i = 0; i < place.Size; i++)
        {
            Set(InLayer(place, "attn.W_V"), 1, place.Slot, valuesStart + i, i);
            Set(InLayer(place, "attn.W_O"), 1, place.Slot, i, place.Start + i);
        }
    }

    // A unit for each value: relu of its direction.
    private void Lookup(RaspLayout.Place place, RaspCategories source, Func<int, (int Place, double Value)> target)
    {
        var values = _layout.Domain(source);
        for (var i = 0; i < values.Length; i++)
        {
            var unit = NextUnit(place.Layer);
            Set(InLayer(place, "mlp.W_in"), 1, _layout[source].Start + i, unit);
            var (offset, value) = target(values[i]);
            Set(InLayer(place, "mlp.W_out"), value, unit, place.Start + offset);
        }
    }

    // A unit for each pair: relu of the sum of both directions, less 1.
    private void Pairs(RaspLayout.Place place, RaspCombination both)
    {
        int[] left = _layout.Domain(both.Left), right = _layout.Domain(both.Right);
        for (var i = 0; i < left.Length; i++)
        {
            for (var j = 0; j < right.Length; j++)
            {
                var unit = NextUnit(place.Layer);
                Add(InLayer(place, "mlp.W_in"), 1, _layout[both.Left].Start + i, unit);
                Add(InLayer(place, "mlp.W_in"), 1, _layout[both.Right].Start + j, unit);
                Set(InLayer(place, "mlp.b_in"), -1, unit);
                Set(InLayer(place, "mlp.W_out"), 1, unit, place.Start + IndexIn(both, both.Function(left[i], right[j])));
            }
        }
    }

    // Step functions between the fractions 1/(1+w); a width is the interval between two steps. Two units per step, relu(z) - relu(z - 1).
    private void Steps(RaspLayout.Place place, RaspWidth width)
    {
        var count = place.Size - 1;
        var steepness = 2.0 * (count + 1) * (count + 2);
        var silence = 4 * steepness;
        var fraction = _layout[width.Fraction].Start;
        int Unit(double slope, double bias)
        {
            var unit = NextUnit(place.Layer);
            Set(InLayer(place, "mlp.W_in"), slope, fraction, unit);
            Set(InLayer(place, "mlp.W_in"), -silence, RaspLayout.BeginningPlace, unit);
            Set(InLayer(place, "mlp.b_in"), bias, unit);
            return unit;
        }

        Set(InLayer(place, "mlp.W_out"), 1, Unit(0, 1), place.Start + count);
        for (var w = 0; w < count; w++)
        {
            var threshold = ((1.0 / (1 + w)) + (1.0 / (2 + w))) / 2;
            foreach (var (shift, sign) in new[] { (0.5, 1), (-0.5, -1) })
            {
                var unit = Unit(steepness, shift - (steepness * threshold));
                Set(InLayer(place, "mlp.W_out"), sign, unit, place.Start + w);
                Set(InLayer(place, "mlp.W_out"), -sign, unit, place.Start + w + 1);
            }
        }
    }

    private void WriteDummies()
    {
        var used = _layout.Heads.ToHashSet();
        var random = RaspCompiler.RandomOf(_options, -1);
        double Normal(double deviation) =>
            deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

        for (var layer = 0; layer < Config.Layers; layer++)
        {
            for (var head = 0; head < Config.Heads; head++)
            {
                if (used.Contains(CircuitNode.Head(layer, head)))
                {
                    continue;
                }
                for (var w = 0; w < Config.HeadWidth; w++)
                {
                    for (var d = 0; d < Config.ModelWidth; d++)
                    {
                        foreach (var matrix in new[] { "W_Q", "W_K", "W_V" })
                        {
                            Set(TransformerWeights.InLayer(layer, $"attn.{matrix}"), Normal(1), head, d, w);
                        }
                    }
                    for (var d = _layout.Width; d < Config.ModelWidth; d++)
                    {
                        Set(TransformerWeights.InLayer(layer, "attn.W_O"), Normal(1 / Math.Sqrt(Config.HeadWidth)), head, w, d);
                    }
                }
            }
        }
    }

    private int HeadWidth(RaspLayout.Place place)
    {
        var selector = place.Program switch
        {
            RaspAggregate aggregate => aggregate.Selector,
            RaspNumberAggregate aggregate => aggregate.Selector,
            _ => ((RaspWidthFraction)place.Program).Selector,
        };
        return Math.Max(_layout[selector.Keys].Size + 1, place.Size);
    }

    private int Units(RaspProgram program) => program switch
    {
        RaspMap map => _layout[map.Source].Size,
        RaspNumberMap map => _layout[map.Source].Size,
        RaspCombination both => _layout[both.Left].Size * _layout[both.Right].Size,
        RaspWidth width => (2 * _layout[width].Size) - 1,
        _ => 0,
    };

    private int IndexIn(RaspCategories categories, int value) => Array.IndexOf(_layout.Domain(categories), value);

    private int NextUnit(int layer) => _unitsUsed[layer]++;

    private static string InLayer(RaspLayout.Place place, string name) => TransformerWeights.InLayer(place.Layer, name);

    private void Set(string name, double value, params int[] indices) => _weights[name][Offset(name, indices)] = value;

    private void Add(string name, double value, params int[] indices) => _weights[name][Offset(name, indices)] += value;

    private long Offset(string name, int[] indices)
    {
        var offset = 0L;
        for (var axis = 0; axis < indices.Length; axis++)
        {
            offset = (offset * _shapes[name][axis]) + indices[axis];
        }
        return offset;
    }
}
