using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Window bound to a schema: the input's columns, then the windows, then the label if there is one.</summary>
internal sealed class WindowBinding
{
    public WindowBinding(DataViewSchema schema, SequenceWindowOptions options)
    {
        Options = options;
        Input = schema;
        Inputs = schema.FindKnownSingles(options.ChannelColumnNames, "Input");
        Time = TimeAxis.Find(schema, options);
        var calendar = Calendar.Width(options.Calendar);
        Channels = Inputs.Width() + calendar;
        Forecast = Inputs.Take(options.ForecastColumnNames.Length).Width();
        Known = Inputs.TakeLast(options.KnownColumnNames.Length).Width() + calendar;
        Group = options.GroupColumnName is { } group ? GroupNumbers.FindId(schema, group, "Group") : null;
        Target = options.TargetColumnName is { } target ? MLNet.SchemaColumns.Find(schema, target, "Target") : null;
        CheckSizes();
        Output = CreateOutput();
    }

    public SequenceWindowOptions Options { get; }

    public DataViewSchema Input { get; }

    public DataViewSchema.Column[] Inputs { get; }

    /// <summary>C.</summary>
    public int Channels { get; }

    /// <summary>K, the first channels, whose next values are the label; 0 where there is no such label.</summary>
    public int Forecast { get; }

    /// <summary>The number of last channels, which are read Horizon rows ahead.</summary>
    public int Known { get; }

    public DataViewSchema.Column? Group { get; }

    public DataViewSchema.Column? Time { get; }

    public DataViewSchema.Column? Target { get; }

    public DataViewSchema Output { get; }

    /// <summary>The hidden column with the series and start of each window.</summary>
    public int PlaceIndex => Input.Count;

    public int WindowIndex => Input.Count + 1;

    public int LabelIndex => Input.Count + 2;

    /// <summary>The input columns that some of the output columns need.</summary>
    public List<DataViewSchema.Column> Sources(IReadOnlyCollection<DataViewSchema.Column> needed)
    {
        var indices = new SortedSet<int>(needed.Where(column => column.Index < PlaceIndex).Select(column => column.Index));
        if (NeedsValues(needed))
        {
            indices.UnionWith(Inputs.Select(column => column.Index));
        }
        if (Target is not null && needed.Any(column => column.Index == LabelIndex))
        {
            indices.Add(Target!.Value.Index);
        }
        if (Group is { } group)
        {
            indices.Add(group.Index);
        }
        if (Time is { } time)
        {
            indices.Add(time.Index);
        }
        return [.. indices.Select(index => Input[index])];
    }

    /// <summary>Whether some of the output columns depend on the channels.</summary>
    public bool NeedsValues(IReadOnlyCollection<DataViewSchema.Column> needed) =>
        needed.Any(column => column.Index == WindowIndex || (Forecast > 0 && column.Index == LabelIndex));

    private void CheckSizes()
    {
        const string advice = "Make Length or Horizon smaller, or take fewer columns.";
        var rows = Options.Length + (long)Options.Ahead;
        SizeLimits.OfColumn($"A window of {Options.Length} rows and the {Options.Ahead} after it", SizeLimits.MaxValues, advice, rows,
            Channels);
    }

    private DataViewSchema CreateOutput()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(Input);
        builder.AddColumn(Options.OutputColumnName, WindowPlaces.Type, WindowPlaces.Annotations(Options.Length + (long)Options.Ahead));
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddSlotNames(Options.Length * Channels, StepNames);
        annotations.AddKnown(Known);
        var type = new VectorDataViewType(NumberDataViewType.Single, Options.Length, Channels);
        builder.AddColumn(Options.OutputColumnName, type, annotations.ToAnnotations());
        if (Target is { } target)
        {
            builder.AddColumn(Options.LabelColumnName, target.Type, target.Annotations);
        }
        if (Forecast > 0)
        {
            var slots = new DataViewSchema.Annotations.Builder();
            slots.AddSlotNames(Options.Horizon * Forecast, AheadNames);
            var label = Forecast == 1 ? new VectorDataViewType(NumberDataViewType.Single, Options.Horizon)
                : new VectorDataViewType(NumberDataViewType.Single, Options.Horizon, Forecast);
            builder.AddColumn(Options.LabelColumnName, label, slots.ToAnnotations());
        }
        return builder.ToSchema();
    }

    private string[] StepNames()
    {
        string[] channels = [.. ValueNames.Of(Inputs), .. Calendar.Names(Options.Calendar)];
        var ahead = Enumerable.Repeat(0, Channels - Known).Concat(Enumerable.Repeat(Options.Horizon, Known));
        return [.. Enumerable.Range(1 - Options.Length, Options.Length)
            .SelectMany(step => channels.Zip(ahead, (channel, lead) => StepName(channel, step + lead)))];
    }

    private string[] AheadNames()
    {
        var channels = ValueNames.Of(Inputs).Take(Forecast).ToList();
        return [.. Enumerable.Range(1, Options.Horizon).SelectMany(step => channels.Select(channel => StepName(channel, step)))];
    }

    private static string StepName(string channel, int step) =>
        step == 0 ? $"{channel}[t]" : step < 0 ? $"{channel}[t{step}]" : $"{channel}[t+{step}]";
}
