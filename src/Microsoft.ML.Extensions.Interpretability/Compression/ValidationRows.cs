using System.Diagnostics;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Measures networks on validation rows.</summary>
/// <param name="data">The rows, in memory.</param>
/// <param name="task">The task.</param>
/// <param name="options">The column names.</param>
/// <param name="group">The key of rows that belong together; null where there is none.</param>
internal sealed class ValidationRows(IDataView data, TaskKind task, TrainerOptions options, string? group)
{
    private const int Readings = 3;

    // A shorter reading says more of the compiler and of other processes than of the network.
    private static readonly TimeSpan s_reading = TimeSpan.FromMilliseconds(10), s_longReading = TimeSpan.FromMilliseconds(150);

    /// <exception cref="InvalidOperationException">No row has a label, or all labels are equal.</exception>
    public CompressionMeasure Measure(NetworkTransformer model)
    {
        var scored = model.Transform(data);
        var (accuracy, rows) = task.Accuracy(scored, options.LabelColumnName, options.ScoreColumnName, group)
            ?? (task.IsClassification ? OfClasses(scored) : OfNumbers(scored));
        var times = Enumerable.Range(0, Readings).Select(_ => Time(scored, s_reading)).ToArray();
        return new CompressionMeasure(accuracy, times.Min(), rows);
    }

    /// <summary>The times of two networks per row, in milliseconds: the fastest of long readings that take turns, so that both meet the same machine.</summary>
    public (double One, double Other) Times(NetworkTransformer one, NetworkTransformer other)
    {
        var (first, second) = (one.Transform(data), other.Transform(data));
        (double One, double Other)[] times = [.. Enumerable.Range(0, Readings).Select(_ => (Time(first, s_longReading), Time(second, s_longReading)))];
        return (times.Min(time => time.One), times.Min(time => time.Other));
    }

    private (double Accuracy, long Rows) OfClasses(IDataView scored)
    {
        var (right, rows) = (0L, 0L);
        Read(scored, options.PredictedLabelColumnName, (label, predicted) =>
        {
            rows++;
            right += label[0] == predicted[0] ? 1 : 0;
        });
        return rows > 0 ? ((double)right / rows, rows) : throw NoLabels();
    }

    private (double Accuracy, long Rows) OfNumbers(IDataView scored)
    {
        var (rows, count, mean, spread, error) = (0L, 0L, 0.0, 0.0, 0.0);
        Read(scored, options.ScoreColumnName, (label, predicted) =>
        {
            rows++;
            for (var i = 0; i < label.Length; i++)
            {
                if (float.IsNaN(label[i]))
                {
                    continue;
                }
                var difference = label[i] - mean;
                mean += difference / ++count;
                spread += difference * (label[i] - mean);
                error += (double)(label[i] - predicted[i]) * (label[i] - predicted[i]);
            }
        });
        return spread > 0 ? (1 - (error / spread), rows) : throw NoLabels();
    }

    private void Read(IDataView scored, string predictedName, Action<float[], float[]> add)
    {
        var (label, predicted) = (scored.Schema[options.LabelColumnName], scored.Schema[predictedName]);
        using var cursor = scored.GetRowCursor([label, predicted]);
        var labels = task.LabelReader(cursor, label);
        var predictions = predicted.Type switch
        {
            VectorDataViewType => ScalarReaders.Singles(cursor, predicted),
            KeyDataViewType => ScalarReaders.Label(ScalarReaders.Key(cursor, predicted)),
            BooleanDataViewType => ScalarReaders.Label(ScalarReaders.Boolean(cursor, predicted)),
            _ => ScalarReaders.Label(ScalarReaders.Single(cursor, predicted)),
        };
        while (cursor.MoveNext())
        {
            var own = labels();
            if (!task.IsMissing(own))
            {
                add(own, predictions());
            }
        }
    }

    private double Time(IDataView scored, TimeSpan least)
    {
        var score = scored.Schema[options.ScoreColumnName];
        var clock = Stopwatch.StartNew();
        var rows = 0L;
        do
        {
            using var cursor = scored.GetRowCursor([score]);
            var read = score.Type is VectorDataViewType ? Reader<VBuffer<float>>(cursor, score) : Reader<float>(cursor, score);
            for (; cursor.MoveNext(); rows++)
            {
                read();
            }
        }
        while (clock.Elapsed < least);
        return clock.Elapsed.TotalMilliseconds / rows;
    }

    private static Action Reader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        T value = default!;
        return () => getter(ref value);
    }

    private InvalidOperationException NoLabels() => new(
        $"The validation rows have no labels in column '{options.LabelColumnName}' that differ from each other, so no accuracy can be measured; give other rows.");
}
