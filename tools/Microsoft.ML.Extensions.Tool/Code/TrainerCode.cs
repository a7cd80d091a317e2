using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Serialization;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML.Extensions.Tool;

/// <summary>Writes the C# that creates a trainer with its options.</summary>
internal static class TrainerCode
{
    /// <summary>The expression.</summary>
    public static string Of(TrainerPlan plan)
    {
        var catalog = plan.Request.Task switch
        {
            TaskName.Classification => "ml.MulticlassClassification.Trainers",
            TaskName.Regression => "ml.Regression.Trainers",
            TaskName.Ranking => "ml.Ranking.Trainers",
            _ => "ml.Forecasting.Trainers",
        };
        var label = CSharp.Text(plan.Request.Label);
        var arguments = plan.Options is { } options ? New(options)
            : plan.Request.Task == TaskName.Ranking ? $"{label}, rowGroupColumnName: {CSharp.Text(plan.Request.Group!)}" : label;
        var forecast = plan.Request.Task == TaskName.Forecasting && Different(plan.Forecast, new ForecastOptions()) is { Count: > 0 }
            ? ", " + New(plan.Forecast) : "";
        return $"{catalog}.{plan.Entry.Name}({arguments}{forecast})";
    }

    // What differs from the defaults, so that the code shows the choices alone.
    private static string New(object options)
    {
        var different = Different(options, Activator.CreateInstance(options.GetType())!);
        return different.Count == 0 ? $"new {options.GetType().Name}()" : $"new {options.GetType().Name} {{ {string.Join(", ", different)} }}";
    }

    private static List<string> Different(object options, object defaults)
    {
        var assignments = new List<string>();
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var (value, usual) = (property.GetValue(options), property.GetValue(defaults));
            // Progress and what stops a fit belong to the running program.
            if (!property.CanWrite || property.GetCustomAttribute<JsonIgnoreAttribute>() is not null || AreEqual(value, usual))
            {
                continue;
            }
            if (Literal(value) is { } literal)
            {
                assignments.Add($"{property.Name} = {literal}");
            }
            else if (usual is null)
            {
                assignments.Add($"{property.Name} = {New(value!)}");
            }
            else if (Different(value!, usual) is { Count: > 0 } nested)
            {
                assignments.Add($"{property.Name} = {{ {string.Join(", ", nested)} }}");
            }
        }
        return assignments;
    }

    private static bool AreEqual(object? value, object? usual) => value is IEnumerable and not string && usual is IEnumerable
        ? ((IEnumerable)value).Cast<object>().SequenceEqual(((IEnumerable)usual).Cast<object>())
        : Equals(value, usual);

    private static string? Literal(object? value) => value switch
    {
        null => "null",
        string text => CSharp.Text(text),
        bool flag => flag ? "true" : "false",
        double number => CSharp.Number(number),
        float number => CSharp.Number(number),
        int or long => string.Create(CultureInfo.InvariantCulture, $"{value}"),
        Enum => $"{value.GetType().Name}.{value}",
        double[] numbers => $"[{string.Join(", ", numbers.Select(CSharp.Number))}]",
        _ => null,
    };
}
