namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>The layer of each operator of a program, and the place of its value in the residual stream.</summary>
internal sealed class RaspLayout
{
    /// <summary>The number that is 1 at a row's first token and 0 elsewhere.</summary>
    public const int BeginningPlace = 0;

    private readonly RaspCompilerOptions _options;
    private readonly Dictionary<RaspProgram, Place> _places = [];
    private readonly List<Place> _order = [];

    public RaspLayout(RaspProgram program, RaspCompilerOptions options)
    {
        _options = options;
        Width = BeginningPlace + 1;
        Output = Find(program);
        Layers = Math.Max(1, _order.Max(place => place.Layer) + 1);
        UsedSlots = Math.Max(
            1, _order.Where(place => place.IsHead).GroupBy(place => place.Layer).Select(layer => layer.Count()).DefaultIfEmpty().Max());
        Slots = UsedSlots + options.DummyHeads;
        AssignHeads();
        OutputValues = program is RaspCategories categories ? Domain(categories) : null;
    }

    public int Layers { get; }

    /// <summary>Heads a layer.</summary>
    public int Slots { get; }

    /// <summary>Numbers of the residual stream that the program uses.</summary>
    public int Width { get; private set; }

    public Place Output { get; }

    /// <summary>The value of each output; null for numbers.</summary>
    public int[]? OutputValues { get; }

    public IReadOnlyList<Place> Places => _order;

    public IReadOnlyList<CircuitNode> Heads => [.. _order.Where(place => place.IsHead).Select(place => place.Node)];

    /// <summary>All edges with weights.</summary>
    public IReadOnlyList<TransformerEdge> Edges =>
        [.. _order.SelectMany(EdgesInto).Append(new TransformerEdge(Output.Node, CircuitNode.Output)).Distinct()];

    private int UsedSlots { get; }

    public int[] Domain(RaspCategories categories) => categories.Domain(_options.Vocabulary, _options.Length);

    public Place this[RaspProgram program] => _places[program];

    private Place Find(RaspProgram program)
    {
        if (_places.TryGetValue(program, out var known))
        {
            return known;
        }
        // Stages: the embeddings are ready at 0, attention of layer l at 2 l + 1, its MLP at 2 l + 2.
        var ready = Inputs(program).Select(input => Find(input).Ready).DefaultIfEmpty().Max();
        var size = program is RaspCategories categories ? Domain(categories).Length : 1;
        var place = program switch
        {
            RaspTokens or RaspIndices => new Place(program, Width, size, -1, IsHead: false),
            RaspAggregate or RaspNumberAggregate or RaspWidthFraction => new Place(program, Width, size, (ready + 1) / 2, IsHead: true),
            _ => new Place(program, Width, size, ready / 2, IsHead: false),
        };
        Width += size;
        _order.Add(place);
        _places[program] = place;
        return place;
    }

    private static IEnumerable<RaspProgram> Inputs(RaspProgram program) => program switch
    {
        RaspMap map => [map.Source],
        RaspNumberMap map => [map.Source],
        RaspCombination both => [both.Left, both.Right],
        RaspAggregate aggregate => [aggregate.Selector.Keys, aggregate.Selector.Queries, aggregate.Values],
        RaspNumberAggregate aggregate => [aggregate.Selector.Keys, aggregate.Selector.Queries, aggregate.Values],
        RaspWidthFraction fraction => [fraction.Selector.Keys, fraction.Selector.Queries],
        RaspWidth width => [width.Fraction],
        _ => [],
    };

    private void AssignHeads()
    {
        foreach (var layer in _order.Where(place => place.IsHead).GroupBy(place => place.Layer).ToArray())
        {
            var slots = Enumerable.Range(0, Slots).ToArray();
            RaspCompiler.RandomOf(_options, layer.Key).Shuffle(slots);
            foreach (var (place, slot) in layer.Zip(slots))
            {
                place.Slot = slot;
            }
        }
    }

    private IEnumerable<TransformerEdge> EdgesInto(Place place)
    {
        if (place.Layer < 0)
        {
            return [];
        }
        if (!place.IsHead)
        {
            // Widths are kept from the first token, which the embedding marks.
            var sources = Inputs(place.Program).Select(input => this[input].Node);
            return (place.Program is RaspWidth ? sources.Append(CircuitNode.Input) : sources)
                .Select(source => new TransformerEdge(source, place.Node));
        }
        var (selector, values) = place.Program switch
        {
            RaspAggregate aggregate => (aggregate.Selector, (RaspProgram?)aggregate.Values),
            RaspNumberAggregate aggregate => (aggregate.Selector, aggregate.Values),
            _ => (((RaspWidthFraction)place.Program).Selector, null),
        };
        return
        [
            new(this[selector.Queries].Node, CircuitNode.Query(place.Layer, place.Slot)),
            new(this[selector.Keys].Node, CircuitNode.Key(place.Layer, place.Slot)),
            new(CircuitNode.Input, CircuitNode.Key(place.Layer, place.Slot)),
            new(values is null ? CircuitNode.Input : this[values].Node, CircuitNode.Value(place.Layer, place.Slot)),
        ];
    }

    /// <summary>The placement of an operator.</summary>
    /// <param name="Program">The operator.</param>
    /// <param name="Start">Its first number of the residual stream.</param>
    /// <param name="Size">The number of its dimensions: one per value, or one.</param>
    /// <param name="Layer">The layer that computes it; -1 for the embeddings.</param>
    /// <param name="IsHead">Whether attention computes it; otherwise the MLP or the embeddings do.</param>
    internal sealed record Place(RaspProgram Program, int Start, int Size, int Layer, bool IsHead)
    {
        public int Slot { get; set; }

        public int Ready => Layer < 0 ? 0 : IsHead ? (2 * Layer) + 1 : (2 * Layer) + 2;

        public CircuitNode Node => Layer < 0 ? CircuitNode.Input : IsHead ? CircuitNode.Head(Layer, Slot) : CircuitNode.Mlp(Layer);
    }
}
