using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using System.Text;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>Numbers in texts are the same in every culture: the pack's own code is read for places where they would not be.</summary>
[TestClass]
public sealed class CultureTests
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private const string Wanted = "MLX_CULTURE";

    private static readonly string[] UnderCultures =
    [
        nameof(CultureThatIsAskedFor_IsTheCurrentOne), nameof(BadInputTests), nameof(BadSequenceTests), nameof(LabelKeyTests),
            nameof(OptionTests), nameof(PersistenceTests),
    ];

    private static readonly Type[] Reals = [typeof(float), typeof(double), typeof(decimal), typeof(Half)];

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    [TestMethod]
    public void NoTextHoldsANumberOfTheCurrentCulture()
    {
        var found = PackAssemblies.All.SelectMany(assembly => assembly.GetTypes()).SelectMany(Methods).SelectMany(Offences).Distinct()
            .ToArray();
        Assert.IsEmpty(found, string.Join('\n', found) + "\nTake string.Create(CultureInfo.InvariantCulture, ...) or name the culture.");
    }

    // A comma in numbers, and letters whose upper case is another than elsewhere.
    [TestMethod]
    [DataRow("de_DE", "de-DE")]
    [DataRow("tr_TR", "tr-TR")]
    public void MessagesModelsAndScores_AreTheSameUnderOtherCultures(string locale, string culture)
    {
        var child = ChildProcess.RunInCulture(
            typeof(CultureTests).Assembly.GetName()
                .Name!, locale, ["--filter", $"FullyQualifiedName~{string.Join("|FullyQualifiedName~", UnderCultures)}"],
            (Wanted, culture), ("MLX_TRAINER", $"ParaRnn, {MulticlassToy.Instance.Name}"));
        if (child.Errors.Contains("ICU", StringComparison.Ordinal))
        {
            Assert.Inconclusive("The system has no cultures: ICU is not installed.");
        }
        Assert.AreEqual(0, child.ExitCode, child.Output + child.Errors);
    }

    [TestMethod]
    public void CultureThatIsAskedFor_IsTheCurrentOne()
    {
        var culture = Environment.GetEnvironmentVariable(Wanted);
        if (culture is null)
        {
            Assert.Inconclusive($"{Wanted} asks for no culture.");
        }
        Assert.AreEqual(culture, CultureInfo.CurrentCulture.Name);
        Assert.AreEqual("1,5", 1.5.ToString(CultureInfo.CurrentCulture));
    }

    [TestMethod]
    public void TheReader_FindsEachKindOfPlace()
    {
        var found = typeof(Examples).GetMethods(All).Where(method => Offences(method).Any()).Select(method => method.Name).ToArray();
        CollectionAssert.AreEquivalent(
            new[]
            {
                nameof(Examples.Interpolated), nameof(Examples.InterpolatedOptional), nameof(Examples.Shown), nameof(Examples.ShownAs),
                    nameof(Examples.Joined),
                nameof(Examples.Appended), nameof(Examples.Boxed), nameof(Examples.Refused), nameof(Examples.Checked),
            },
            found);
    }

    // What the compiler makes of a record's ToString is in no message.
    private static IEnumerable<MethodBase> Methods(Type type) =>
        [.. type.GetMethods(All).Where(method => method.Name != "PrintMembers"), .. type.GetConstructors(All)];

    private static IEnumerable<string> Offences(MethodBase method)
    {
        var invariant = false;
        foreach (var (called, boxed) in Calls(method))
        {
            if (called is ConstructorInfo && called.DeclaringType!.Name.EndsWith("InterpolatedStringHandler", StringComparison.Ordinal))
            {
                invariant = called.GetParameters().Any(parameter => parameter.ParameterType == typeof(IFormatProvider));
            }
            else if (IsOffence(called, boxed, invariant))
            {
                yield return $"{method.DeclaringType?.FullName}.{method.Name}: {called.DeclaringType?.Name}.{called.Name}";
            }
        }
    }

    private static bool IsOffence(MethodBase called, Type? boxed, bool invariant)
    {
        var given = called.IsGenericMethod ? called.GetGenericArguments()[0] : null;
        var takesFormat = called.GetParameters().Any(parameter => typeof(IFormatProvider).IsAssignableFrom(parameter.ParameterType));
        return called.Name switch
        {
            "AppendFormatted" => !invariant && (IsReal(given) || (given is null && IsReal(boxed))),
            nameof(ToString) or "TryFormat" => !takesFormat && (IsReal(called.DeclaringType) || IsReal(boxed)),
            nameof(string.Join) or "AppendJoin" => IsReal(given),
            nameof(StringBuilder.Append) => called.GetParameters() is [{ ParameterType: var type }] && IsReal(type),
            // Its message ends with the value that it is given.
            ".ctor" => called.DeclaringType == typeof(ArgumentOutOfRangeException) && IsReal(boxed),
            _ when called.Name.StartsWith("ThrowIf", StringComparison.Ordinal) => IsReal(given),
            nameof(string.Concat) or nameof(string.Format) => !takesFormat && IsReal(boxed),
            _ => false,
        };
    }

    private static bool IsReal(Type? type) => type is not null && Reals.Contains(Nullable.GetUnderlyingType(type) ?? type);

    /// <summary>The calls of a method, each with the type of the last value that was boxed before it since the call before.</summary>
    private static IEnumerable<(MethodBase Called, Type? Boxed)> Calls(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
        {
            yield break;
        }
        Type? boxed = null;
        for (var at = 0; at < code.Length;)
        {
            var opCode = OpCodesByValue[code[at] == 0xFE ? (short)((code[at++] << 8) | code[at++]) : code[at++]];
            if (opCode == OpCodes.Box || opCode == OpCodes.Constrained)
            {
                boxed = (Type?)Resolve(method, code, at);
            }
            else if (opCode.OperandType == OperandType.InlineMethod && Resolve(method, code, at) is MethodBase called)
            {
                yield return (called, boxed);
                boxed = null;
            }
            at += Size(opCode, code, at);
        }
    }

    private static MemberInfo? Resolve(MethodBase method, byte[] code, int at) => method.Module.ResolveMember(
        BitConverter.ToInt32(code, at), method.DeclaringType?.GetGenericArguments(), method is MethodInfo { IsGenericMethod: true }
            ? method.GetGenericArguments() : null);

    private static int Size(OpCode opCode, byte[] code, int at) => opCode.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
        _ => 4,
    };

    /// <summary>Texts of each kind, wrong ones and right ones.</summary>
    private static class Examples
    {
        public static string Interpolated(double value) => $"{value:g3} of it";

        public static string InterpolatedOptional(float? value) => $"{value}";

        public static string Shown(float value) => value.ToString();

        public static string ShownAs(double value) => value.ToString("f2");

        public static string Joined(double[] values) => string.Join(", ", values);

        public static string Appended(double value) => new StringBuilder().Append(value).ToString();

        public static string Boxed(double value) => string.Format("{0}", value);

        public static Exception Refused(double value) => new ArgumentOutOfRangeException(nameof(value), value, "It is too much.");

        public static void Checked(double value) => ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1);

        public static string Invariant(double value) => string.Create(CultureInfo.InvariantCulture, $"{value} and {value:f2}");

        public static string Whole(int value) => $"{value} {value.ToString()}";

        public static string ShownInvariant(double value) => value.ToString("f2", CultureInfo.InvariantCulture);
    }
}
